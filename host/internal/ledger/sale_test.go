package ledger

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSale_IsReadAsItWasAtOneMoment(t *testing.T) {
	t.Parallel()
	const moves = 100
	for name, create := range engines {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := create(t)
			writer, reader := d.open(t), d.open(t)
			id := writer.addSale(t, "1")
			moved := make(chan error, 1)
			go func() {
				var failures []error
				for range moves {
					failures = append(failures, writer.Do(t.Context(), func(ctx context.Context, tx *Tx) error {
						sale, err := tx.Lock(ctx, id)
						if err != nil {
							return err
						}
						sale.Attempts[0].Refunded++
						sale.Change(noon, "k-1", "moved")
						return tx.Save(ctx, sale)
					}))
				}
				moved <- errors.Join(failures...)
			}()
			for {
				sale, err := reader.Sale(t.Context(), id)
				require.NoError(t, err)
				require.Equal(t, int64(sale.Sequence), sale.Attempts[0].Refunded, "the sale is of one move, and its payment of another")
				select {
				case err := <-moved:
					require.NoError(t, err)
					return
				default:
				}
			}
		})
	}
}
