package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
)

// roots are the types of the objects that the provider reads.
var roots = map[string]string{
	"event":                  "Event",
	"payment_intent":         "PaymentIntent",
	"alipay_handle_redirect": "PaymentIntentNextActionAlipayHandleRedirect",
	"last_payment_error":     "Error",
	"charge":                 "Charge",
	"alipay":                 "ChargePaymentMethodDetailsAlipay",
	"balance_transaction":    "BalanceTransaction",
	"refund":                 "Refund",
}

// readTypes returns the fields of the types of a release of stripe-go, each with a
// value of its type.
func readTypes(folder string) (shape, error) {
	files, err := filepath.Glob(filepath.Join(folder, "*.go"))
	if err != nil {
		return nil, err
	}
	types := make(map[string]ast.Expr)
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			return nil, err
		}
		for spec := range specs(file) {
			types[spec.Name.Name] = spec.Type
		}
	}
	found := shape{}
	for name, root := range roots {
		found[name] = object{}
		for field, t := range fieldsOf(types, root) {
			if !isPlaceholder(field) {
				found[name][field] = example(types, t)
			}
		}
	}
	return found, nil
}

// specs yields the declarations of types.
func specs(file *ast.File) func(yield func(*ast.TypeSpec) bool) {
	return func(yield func(*ast.TypeSpec) bool) {
		for node := range ast.Preorder(file) {
			if spec, ok := node.(*ast.TypeSpec); ok && !yield(spec) {
				return
			}
		}
	}
}

// fieldsOf returns the fields of a struct by their names in JSON.
func fieldsOf(types map[string]ast.Expr, name string) map[string]ast.Expr {
	fields := make(map[string]ast.Expr)
	body, ok := types[name].(*ast.StructType)
	if !ok {
		return fields
	}
	for _, field := range body.Fields.List {
		if field.Tag == nil {
			continue
		}
		tag := reflect.StructTag(strings.Trim(field.Tag.Value, "`")).Get("json")
		if inJSON, _, _ := strings.Cut(tag, ","); inJSON != "" && inJSON != "-" {
			fields[inJSON] = field.Type
		}
	}
	return fields
}

// example returns a value of a type as Stripe shows it: another resource by its id,
// and a list not at all. An object within an object is shown with its plain
// fields, and with what it has of Alipay.
func example(types map[string]ast.Expr, t ast.Expr) any {
	switch t := t.(type) {
	case *ast.StarExpr:
		return example(types, t.X)
	case *ast.ArrayType:
		return []any{}
	case *ast.MapType:
		return map[string]any{}
	case *ast.Ident:
		switch t.Name {
		case "string":
			return "example"
		case "bool":
			return false
		case "int64", "float64":
			return float64(1) // as encoding/json decodes it
		}
		switch declared := types[t.Name].(type) {
		case *ast.StructType:
			return exampleOfStruct(types, t.Name, declared)
		default:
			return example(types, declared)
		}
	}
	return nil
}

func exampleOfStruct(types map[string]ast.Expr, name string, declared *ast.StructType) any {
	switch {
	case embeds(declared, "ListMeta"):
		return nil
	case embeds(declared, "APIResource"):
		return "id_123"
	}
	shown := map[string]any{}
	fields := fieldsOf(types, name)
	for field, t := range fields {
		if field == "alipay" || !isObject(types, t) {
			shown[field] = example(types, t)
		}
	}
	return shown
}

// isObject reports whether a type is a pointer to an object that is no resource.
func isObject(types map[string]ast.Expr, t ast.Expr) bool {
	pointer, ok := t.(*ast.StarExpr)
	if !ok {
		return false
	}
	name, ok := pointer.X.(*ast.Ident)
	if !ok {
		return false
	}
	declared, ok := types[name.Name].(*ast.StructType)
	return ok && !embeds(declared, "APIResource")
}

func embeds(declared *ast.StructType, name string) bool {
	return slices.ContainsFunc(declared.Fields.List, func(field *ast.Field) bool {
		id, ok := field.Type.(*ast.Ident)
		return ok && len(field.Names) == 0 && id.Name == name
	})
}
