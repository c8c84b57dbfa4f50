package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/paysocket/paysocket/host-example/service"
	"github.com/paysocket/paysocket/internal/tool"
)

func shopCommand(ctx context.Context) *cobra.Command {
	var catalogPath, listen, staff string
	command := &cobra.Command{
		Use:   "shop --catalog FILE",
		Short: "Run the shop with sandboxes in place of the gateways, to try it",
		Long: `Start the sandboxes of the gateways in the catalog, and the host with their providers, on
this machine. When both are ready, print their addresses and how to sell something.
Everything is in a new folder, which is removed at the end: the payments in a sandbox end
with it, and so do the sales.`,
		Example: "  host-example shop --catalog host-example/catalog.yaml",
		Args:    tool.Check(cobra.NoArgs),
		RunE: func(command *cobra.Command, _ []string) (err error) {
			where := &addresses{shop: listen}
			if err := where.check(); err != nil {
				return tool.Misused(err)
			}
			stderr := command.ErrOrStderr()
			catalog, err := loadEntries(catalogPath, func(warning string) { fmt.Fprintf(stderr, "host-example: warning: %s\n", warning) })
			if err != nil {
				return err
			}
			stage, err := newStage(ctx, catalog.Entries, &stageOptions{webhookURL: where.webhookURL, lookupEnv: os.LookupEnv})
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, stage.close(ctx)) }()
			return runHost(ctx, &service.Options{
				Catalog: stage.catalog(), Database: stage.database(), Listen: listen, Staff: staff, Logger: newLogger(stderr, false),
				FirstPassword: func(name, password string) { printFirstPassword(command.OutOrStdout(), name, password) },
				Ready: func(shop, admin, staff string) {
					printFirstSale(ctx, command.OutOrStdout(), stage, &addresses{shop, admin, staff})
				},
			})
		},
	}
	command.Flags().StringVar(&catalogPath, "catalog", "", "the catalog of providers, a YAML file")
	command.Flags().StringVar(&listen, "listen", "127.0.0.1:8080", "where buyers and gateways reach the shop; an address with a port")
	command.Flags().StringVar(&staff, "staff", "127.0.0.1:8081", "where the staff's pages are; a loopback address")
	command.PreRunE = func(*cobra.Command, []string) error {
		if catalogPath == "" {
			return tool.Misused(errors.New("--catalog is missing; name the catalog of providers"))
		}
		return nil
	}
	return command
}

// check makes sure that the sandboxes can be told where to send their webhooks before the
// host listens.
func (a *addresses) check() error {
	if _, port, err := net.SplitHostPort(a.shop); err != nil || port == "0" || port == "" {
		return fmt.Errorf("--listen %s has no port: the sandboxes must know where to send their webhooks", a.shop)
	}
	return nil
}

// printFirstSale prints how to sell something through the first provider.
func printFirstSale(ctx context.Context, out io.Writer, s *stage, where *addresses) {
	first := s.entries[0].Name
	method, currency := "METHOD", preferredCurrency // of a provider that is not ready
	client := newAdminClient(where.admin)
	if account, err := client.account(ctx, first); err == nil {
		if m, c, err := account.choose(); err == nil {
			method, currency = m, c
		}
	}
	fmt.Fprintf(out, `
The shop is at %[1]s, the staff's pages at %[7]s, and everything it stores in %[3]s.
Open %[1]s/ in a browser to buy something as a buyer does.

The admin API is on a socket. What can be sold through which provider:

  curl -s --unix-socket %[2]s http://localhost/providers

Sell something without the shop's pages, and open the pay_url of the answer to pay:

  curl -s --unix-socket %[2]s http://localhost/sales -H 'Content-Type: application/json' -d '{
    "id": "order-1", "amount": {"currency": "%[6]s", "minor_units": 100000},
    "method": "%[5]s", "providers": ["%[4]s"]}'
  curl -s --unix-socket %[2]s http://localhost/sales/order-1            # PAID when the webhook has come
  curl -s --unix-socket %[2]s http://localhost/sales/order-1/timeline   # and why
  curl -s --unix-socket %[2]s http://localhost/overview

`, where.shop, strings.TrimPrefix(where.admin, socketPrefix), s.folder, first, method, currency, where.staff)
}
