package ledger

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/contract"
)

// filler gives every exported field a value of its own, so that a field without a
// column, and two columns that are confused, show.
type filler struct{ n int }

func (f *filler) fill(v reflect.Value) {
	f.n++
	switch v.Interface().(type) {
	case time.Time:
		v.Set(reflect.ValueOf(noon.Add(time.Duration(f.n) * time.Millisecond)))
		return
	case time.Duration:
		v.SetInt(int64(f.n) * int64(time.Millisecond))
		return
	case []byte:
		v.SetBytes([]byte{0, 0xff, byte(f.n)})
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(fmt.Sprintf("text %d ฿ '\"", f.n))
	case reflect.Int, reflect.Int64:
		v.SetInt(int64(f.n))
	case reflect.Bool:
		v.SetBool(!v.Bool())
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		f.fill(v.Elem())
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		f.fill(v.Index(0))
		f.fill(v.Index(1))
	case reflect.Map:
		key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		f.fill(key)
		f.fill(value)
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(key, value)
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				f.fill(v.Field(i))
			}
		}
	default:
		panic("no value for " + v.Type().String())
	}
}

// filledSale returns a sale with a payment and a refund in which every field is set.
func filledSale(t *testing.T, f *filler) *Sale {
	t.Helper()
	sale := NewSale("", contract.Money{}, "", time.Time{})
	value := reflect.ValueOf(sale).Elem()
	for i := range value.NumField() {
		if field := value.Type().Field(i); field.IsExported() && field.Name != "Attempts" {
			f.fill(value.Field(i))
		}
	}
	for _, operation := range []contract.Operation{contract.OperationCreatePayment, contract.OperationRefund} {
		a := &Attempt{}
		f.fill(reflect.ValueOf(a).Elem())
		a.Operation, a.Of = operation, ""
		a.Look.Asked.Key = a.Key
		if operation == contract.OperationRefund {
			a.Of = sale.Attempts[0].Key
		}
		sale.Attempts = append(sale.Attempts, a)
	}
	return sale
}

// plain returns a sale without what the ledger remembers of it.
func plain(s *Sale) *Sale {
	c := *s
	c.isNew, c.storedStatus, c.entries, c.timeline, c.changes = false, "", 0, nil, nil
	c.Attempts = nil
	for _, a := range s.Attempts {
		attempt := *a
		attempt.stored = nil
		c.Attempts = append(c.Attempts, &attempt)
	}
	return &c
}

func TestSale_EveryFieldIsStored(t *testing.T) {
	t.Parallel()
	for name, create := range engines {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := create(t)
			s, other := d.open(t), d.open(t)
			want := filledSale(t, &filler{})
			want.Note(noon, "", "order", "")
			save(t, s, want)
			assertStored(t, other, want)
		})
	}
}

func TestSale_WhatIsNotKnownYetIsStoredAsThat(t *testing.T) {
	t.Parallel()
	for name, create := range engines {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := create(t)
			s := d.open(t)
			sale := NewSale("sale", baht(1), "alipay", noon)
			sale.Attempts = []*Attempt{{
				Key: "key", Operation: contract.OperationCreatePayment, N: 1, CreatedAt: noon,
				Tries: []contract.Try{{N: 1, Began: noon, Deadline: noon}},
			}}
			save(t, s, sale)
			assertStored(t, s, sale)
		})
	}
}

// What an attempt, a call or a sale is made with never changes.
var fixed = map[string][]string{
	"Sale":    {"ID", "Amount", "Method", "CreatedAt", "Attempts"},
	"Attempt": {"Key", "Operation", "N", "OrderID", "Of", "Method", "Amount", "CreatedAt", "Tries"},
	"Try":     {"N", "Began", "Deadline", "Terms"},
}

func TestSale_EveryFieldThatChangesIsStoredAgain(t *testing.T) {
	t.Parallel()
	for name, create := range engines {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := create(t)
			s := d.open(t)
			f := &filler{}
			stored := filledSale(t, f)
			stored.Note(noon, "", "order", "")
			save(t, s, stored)
			parts := map[string]func(*Sale) reflect.Value{
				"Sale":    func(s *Sale) reflect.Value { return reflect.ValueOf(s).Elem() },
				"Attempt": func(s *Sale) reflect.Value { return reflect.ValueOf(s.Attempts[0]).Elem() },
				"Try":     func(s *Sale) reflect.Value { return reflect.ValueOf(&s.Attempts[0].Tries[1]).Elem() },
			}
			for name, part := range parts {
				kind := part(stored).Type()
				for i := range kind.NumField() {
					if field := kind.Field(i); field.IsExported() && !slices.Contains(fixed[name], field.Name) {
						assertChanges(t, s, stored.ID, name+"."+field.Name, func(sale *Sale) { f.fill(part(sale).Field(i)) })
						assertChanges(t, s, stored.ID, name+"."+field.Name+" taken away", func(sale *Sale) { part(sale).Field(i).SetZero() })
					}
				}
			}
		})
	}
}

// assertChanges changes one field of a stored sale, which must be read again.
func assertChanges(t *testing.T, s *Store, id, field string, change func(*Sale)) {
	t.Helper()
	var want *Sale
	require.NoError(t, s.Do(t.Context(), func(ctx context.Context, tx *Tx) (err error) {
		if want, err = tx.Lock(ctx, id); err != nil {
			return err
		}
		change(want)
		for _, a := range want.Attempts {
			if a.Look != nil {
				a.Look.Asked.Key = a.Key
			}
		}
		want.Note(noon, "", "changed", field) // a sale is told of
		return tx.Save(ctx, want)
	}), field)
	found, err := s.Sale(t.Context(), id)
	require.NoError(t, err, field)
	assert.Equal(t, plain(want), plain(found), field)
}

func save(t *testing.T, s *Store, sale *Sale) {
	t.Helper()
	require.NoError(t, s.Do(t.Context(), func(ctx context.Context, tx *Tx) error { return tx.Save(ctx, sale) }))
}

func assertStored(t *testing.T, s *Store, want *Sale) {
	t.Helper()
	found, err := s.Sale(t.Context(), want.ID)
	require.NoError(t, err)
	assert.Equal(t, plain(want), plain(found))
}

func TestChange_IsDeliveredInTheOrderOfItsSale(t *testing.T) {
	t.Parallel()
	for name, create := range engines {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := create(t)
			s := d.open(t)
			id := s.addSale(t, "1")
			require.NoError(t, s.Do(t.Context(), func(ctx context.Context, tx *Tx) error {
				sale, err := tx.Lock(ctx, id)
				if err != nil {
					return err
				}
				for _, kind := range []string{"one", "two", "three"} {
					sale.Change(noon, "k-1", kind)
				}
				first := &sale.NewChanges()[0]
				first.Failures, first.NextAt = 1, noon.Add(time.Hour)
				return tx.Save(ctx, sale)
			}))
			due, err := s.DueChanges(t.Context(), noon.Add(time.Minute), 10)
			require.NoError(t, err)
			assert.Empty(t, due, "the first one waits, and the others wait for it")
			due, err = s.DueChanges(t.Context(), noon.Add(time.Hour), 10)
			require.NoError(t, err)
			assert.Equal(t, []Change{{SaleID: id, Sequence: 1, Kind: "one", Key: "k-1", At: noon, Failures: 1, NextAt: noon.Add(time.Hour)}}, due)
			require.NoError(t, s.Do(t.Context(), func(ctx context.Context, tx *Tx) error {
				due[0].Delivered = true
				return tx.SaveDelivery(ctx, &due[0])
			}))
			due, err = s.DueChanges(t.Context(), noon, 10)
			require.NoError(t, err)
			require.Len(t, due, 1)
			assert.Equal(t, "two", due[0].Kind)
		})
	}
}
