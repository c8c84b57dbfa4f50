package service

import (
	"context"
	"errors"
	"fmt"
)

// serveHostctl serves hostctl/1, if there is an address for it. It begins when the catalog
// was applied: who gets an answer may place orders.
func (s *service) serveHostctl(ctx context.Context) {
	if s.options.Hostctl == "" {
		return
	}
	server := s.admin.HostctlServer()
	if server == nil {
		s.failed <- errors.New("hostctl/1 is served by builds with the tag hostctl only")
		return
	}
	e, err := listenPrivate(ctx, s.options.Hostctl)
	if err != nil {
		s.failed <- fmt.Errorf("the conformance suite cannot reach the host: %w", err)
		return
	}
	s.hostctlEndpoint = e
	s.serve(e, server)
}

// stopHostctl ends it. It still answers reads while the host drains.
func (s *service) stopHostctl(ctx context.Context) error {
	if s.hostctlEndpoint == nil {
		return nil
	}
	return s.hostctlEndpoint.shutdown(ctx)
}
