package main

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"google.golang.org/protobuf/types/descriptorpb"

	"github.com/paysocket/paysocket/contract"
)

// about stands before what is generated.
const about = `# The contract

Made by "make generate" of the .proto, which is the contract; edit that, and not this page. In Go, ` + "`go doc\ngithub.com/paysocket/paysocket/contract`" + ` says the same with more reasons. What to do about an error is in
[troubleshooting.md](troubleshooting.md).

`

// comments are those of a file, by the path of what they are about.
type comments map[string]string

func (c comments) of(path ...int32) string { return c[fmt.Sprint(path)] }

// The numbers of fields in descriptor.proto, of which paths are made.
const (
	atSyntax, atMessages, atEnums, atServices = 12, 4, 5, 6
	atFields, atMethods, atValues             = 2, 2, 2
)

// reference returns the page of a .proto.
func reference(file *descriptorpb.FileDescriptorProto) (string, error) {
	said := comments{}
	for _, location := range file.GetSourceCodeInfo().GetLocation() {
		if text := location.GetLeadingComments(); text != "" {
			said[fmt.Sprint(location.GetPath())] = text
		}
	}
	if said.of(atSyntax) == "" {
		return "", errors.New("the .proto has no comment at its head, or comments were left out")
	}
	var page strings.Builder
	page.WriteString(about)
	reasons, err := reasonTable(said.of(atSyntax))
	if err != nil {
		return "", err
	}
	page.WriteString(reasons)
	page.WriteString("## Operations\n\n| operation | request | answer |\n|---|---|---|\n")
	service := file.GetService()[0]
	for _, method := range service.GetMethod() {
		request, answer := short(method.GetInputType()), short(method.GetOutputType())
		fmt.Fprintf(&page, "| [%[1]s](#rpc-%[2]s) | [%[3]s](#%[4]s) | [%[5]s](#%[6]s) |\n", method.GetName(), strings.ToLower(method.GetName()),
			request, strings.ToLower(request), answer, strings.ToLower(answer))
	}
	page.WriteString("\n")
	for i, method := range service.GetMethod() {
		fmt.Fprintf(&page, "### rpc %s\n\n%s", method.GetName(), prose(said.of(atServices, 0, atMethods, int32(i))))
	}
	page.WriteString("## Messages\n\n")
	for i, message := range file.GetMessageType() {
		at := []int32{atMessages, int32(i)}
		fmt.Fprintf(&page, "### %s\n\n%s%s", message.GetName(), prose(said.of(at...)), fieldTable(message, said, at))
	}
	page.WriteString("## Enums\n\n")
	for i, enum := range file.GetEnumType() {
		at := []int32{atEnums, int32(i)}
		fmt.Fprintf(&page, "### %s\n\n%s| value | number | |\n|---|---|---|\n", enum.GetName(), prose(said.of(at...)))
		for j, value := range enum.GetValue() {
			fmt.Fprintf(&page, "| `%s` | %d | %s |\n", value.GetName(), value.GetNumber(), cell(said.of(append(slices.Clone(at), atValues, int32(j))...)))
		}
		page.WriteString("\n")
	}
	page.WriteString("## The rules\n\nThe comment at the head of the .proto, whole.\n\n```text\n" + plainComment(said.of(atSyntax)) + "\n```\n")
	return page.String(), nil
}

func fieldTable(message *descriptorpb.DescriptorProto, said comments, at []int32) string {
	if len(message.GetField()) == 0 {
		return ""
	}
	var rows strings.Builder
	rows.WriteString("| field | type | number | |\n|---|---|---|---|\n")
	for j, field := range message.GetField() {
		fmt.Fprintf(&rows, "| `%s` | %s | %d | %s |\n", field.GetName(), typeOf(message, field), field.GetNumber(),
			cell(said.of(append(slices.Clone(at), atFields, int32(j))...)))
	}
	return rows.String() + "\n"
}

func typeOf(message *descriptorpb.DescriptorProto, field *descriptorpb.FieldDescriptorProto) string {
	name := strings.ToLower(strings.TrimPrefix(field.GetType().String(), "TYPE_"))
	if field.GetTypeName() != "" {
		name = short(field.GetTypeName())
		if strings.HasPrefix(field.GetTypeName(), ".paymentprovider.") {
			name = fmt.Sprintf("[%s](#%s)", name, strings.ToLower(name))
		}
	}
	for _, nested := range message.GetNestedType() {
		if nested.GetOptions().GetMapEntry() && strings.HasSuffix(field.GetTypeName(), "."+nested.GetName()) {
			return fmt.Sprintf("map of %s to %s", typeOf(message, nested.GetField()[0]), typeOf(message, nested.GetField()[1]))
		}
	}
	switch {
	case field.GetLabel() == descriptorpb.FieldDescriptorProto_LABEL_REPEATED:
		return "list of " + name
	case field.GetProto3Optional():
		return "optional " + name
	case field.OneofIndex != nil:
		return "one of: " + name
	}
	return name
}

func short(name string) string { return name[strings.LastIndex(name, ".")+1:] }

var reasonRow = regexp.MustCompile(`(?m)^ {3,}([A-Z_]+) +([A-Z_]+)((?: +[NRI])*)(?: {2,}(.*))?$`)

// reasonTable makes a table of the one in the comment. It fails unless the contract in Go
// knows each reason, with the same outcomes.
func reasonTable(comment string) (string, error) {
	outcomes := map[string]contract.Outcome{"N": contract.NotAttempted, "R": contract.Rejected, "I": contract.Indeterminate}
	var page strings.Builder
	page.WriteString("## Reasons\n\nEach error has a reason. `INDETERMINATE` may come with each of them; the others only where they stand.\n\n" +
		"| reason | gRPC code | outcomes | who can help | |\n|---|---|---|---|---|\n")
	count := 0
	for _, row := range reasonRow.FindAllStringSubmatch(comment, -1) {
		reason := contract.Reason(row[1])
		if !reason.Known() {
			continue
		}
		count++
		var may []string
		for letter := range strings.FieldsSeq(row[3]) {
			if !reason.Allows(outcomes[letter]) {
				return "", fmt.Errorf("%s may not be %s, but the table of the .proto says so", string(reason), outcomes[letter])
			}
			may = append(may, "`"+string(outcomes[letter])+"`")
		}
		fmt.Fprintf(&page, "| [`%s`](troubleshooting.md#%s) | %s | %s | %s | %s |\n", reason, strings.ToLower(row[1]), row[2],
			strings.Join(may, ", "), strings.ToLower(string(reason.Remedy())), cell(row[4]))
	}
	if count < 30 {
		return "", fmt.Errorf("the table of reasons in the .proto was not recognised: %d rows", count)
	}
	page.WriteString("\nWho can help: `time`, the cause may pass. `request`, who asks has to ask for something else. `operator`, who runs the\n" +
		"host. `decision`, a person looks at this payment. `author`, who wrote the provider.\n\n")
	return page.String(), nil
}

// plainComment returns a comment without the blank that each line begins with.
func plainComment(comment string) string {
	lines := strings.Split(strings.TrimRight(comment, "\n"), "\n")
	for i, line := range lines {
		lines[i] = strings.TrimRight(strings.TrimPrefix(line, " "), " ")
	}
	return strings.Join(lines, "\n")
}

var markup = strings.NewReplacer("|", `\|`, "<", `\<`, "*", `\*`, "_", `\_`)

// prose returns a comment as a paragraph, or as a block if it has a list or a table.
func prose(comment string) string {
	text := plainComment(comment)
	switch {
	case text == "":
		return ""
	case strings.Contains(text, "\n  "):
		return "```text\n" + text + "\n```\n\n"
	}
	return markup.Replace(text) + "\n\n"
}

func cell(comment string) string { return markup.Replace(strings.Join(strings.Fields(comment), " ")) }
