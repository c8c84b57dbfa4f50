package checks

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/pem"
	"math/big"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"

	"github.com/paysocket/paysocket/conformance/internal/harness"
	v1 "github.com/paysocket/paysocket/contract/paymentprovider/v1"
)

// hostName is the name that both certificates of a plugin's connection are for.
const hostName = "localhost"

// newCertificate returns a self-signed certificate that a host presents to one
// plugin process.
func newCertificate(t *harness.T) *tls.Certificate {
	key, err := ecdsa.GenerateKey(elliptic.P521(), rand.Reader) // as go-plugin's hosts do
	t.SetupFailed("make a key", err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()),
		Subject:      pkix.Name{CommonName: hostName}, DNSNames: []string{hostName},
		NotBefore: time.Now().Add(-time.Minute), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true,
		KeyUsage:    x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth, x509.ExtKeyUsageServerAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	t.SetupFailed("make a certificate", err)
	return &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

// authority returns a pool with the certificate of the handshake, the only one
// that a host trusts.
func (h *handshake) authority(t *harness.T) *x509.CertPool {
	if h.certificate == "" {
		t.Fatalf("the host passed a certificate to the program, but the handshake has none")
	}
	der, err := base64.RawStdEncoding.DecodeString(h.certificate)
	if err != nil {
		t.Fatalf("the certificate of the handshake is not base64 without padding: %v", err)
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatalf("the certificate of the handshake cannot be read: %v", err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(certificate)
	return pool
}

// servesItsHostAlone connects as the host that started the program, and as other
// clients that can reach its socket.
func servesItsHostAlone(t *harness.T, e *harness.Env) {
	host := newCertificate(t)
	b := startBare(t, e, true, "PLUGIN_CLIENT_CERT="+string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: host.Certificate[0]})))
	defer b.close()
	said := b.handshake(t)
	authority := said.authority(t)
	showing := func(certificates ...tls.Certificate) credentials.TransportCredentials {
		return credentials.NewTLS(&tls.Config{
			MinVersion: tls.VersionTLS12, ServerName: hostName, RootCAs: authority, Certificates: certificates,
		})
	}
	comes := func(as credentials.TransportCredentials) *grpc.ClientConn {
		conn, err := said.connect(as)
		t.SetupFailed("make a client", err)
		return conn
	}
	ask := func(conn *grpc.ClientConn) error {
		ctx, cancel := context.WithTimeout(t.Context(), e.CallLimit())
		defer cancel()
		_, unhealthy := health(ctx, conn)
		if unhealthy == nil {
			return nil
		}
		// The health service needs no protection; the calls after it do.
		_, err := v1.NewPaymentProviderClient(conn).Describe(ctx, &v1.DescribeRequest{})
		return err
	}
	hosts := comes(showing(*host)) // the one connection that a host makes
	defer func() { _ = hosts.Close() }()
	if err := ask(hosts); err != nil {
		t.Fatalf("the host whose certificate the program received is not served: %v", err)
	}
	for what, as := range inOrder(map[string]credentials.TransportCredentials{
		"without a certificate": showing(), "with another certificate": showing(*newCertificate(t)), "without TLS": insecure.NewCredentials(),
	}) {
		stranger := comes(as)
		if ask(stranger) == nil {
			t.Errorf("a client %s is served, but must be refused", what)
		}
		_ = stranger.Close()
	}
	if err := ask(hosts); err != nil {
		t.Errorf("afterwards the host is no longer served: %v", err)
	}
}
