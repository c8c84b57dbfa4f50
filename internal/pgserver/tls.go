package pgserver

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"
)

// listenOn prepares a server for an address of the machine, with TLS and without, and
// returns its settings.
func (s *Server) listenOn(ctx context.Context, address string, as *credential) ([]string, error) {
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", net.JoinHostPort(address, "0"))
	if err != nil {
		return nil, err
	}
	s.host, s.port = address, listener.Addr().(*net.TCPAddr).Port //nolint:forcetypeassert // It listens on tcp.
	if err := listener.Close(); err != nil {
		return nil, err
	}
	certificate, key, err := selfSigned()
	if err != nil {
		return nil, err
	}
	certificatePath, keyPath := filepath.Join(s.folder.Path, "server.crt"), filepath.Join(s.folder.Path, "server.key")
	hosts := filepath.Join(s.folder.Path, "pg_hba.conf")
	for path, content := range map[string][]byte{
		certificatePath: certificate, keyPath: key, hosts: []byte("local all all trust\nhost all all samehost trust\n"),
	} {
		if err := errors.Join(os.WriteFile(path, content, 0o600), give(path, as)); err != nil {
			return nil, err
		}
	}
	return []string{
		"ssl=on", "ssl_cert_file=" + certificatePath, "ssl_key_file=" + keyPath, "hba_file=" + hosts, fmt.Sprintf("port=%d", s.port),
	}, nil
}

// selfSigned returns a certificate that nobody can check, and its key.
func selfSigned() (certificate, key []byte, err error) {
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, err
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &private.PublicKey, private)
	if err != nil {
		return nil, nil, err
	}
	encoded, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return nil, nil, err
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: encoded}), nil
}
