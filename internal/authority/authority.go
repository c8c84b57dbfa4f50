// Package authority certifies servers on loopback, for tests and for the conformance
// suite. Nobody trusts an authority but who was given its certificate.
package authority

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"time"
)

// An Authority certifies servers. It lives as long as the program.
type Authority struct {
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
}

// New returns an authority with a key of its own, which is valid for three days.
func New() (*Authority, error) {
	template := &x509.Certificate{
		Subject: pkix.Name{CommonName: "paysocket test authority"}, IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageCertSign, NotBefore: time.Now().Add(-72 * time.Hour), NotAfter: time.Now().Add(72 * time.Hour),
	}
	key, raw, err := certify(template, nil)
	if err != nil {
		return nil, err
	}
	certificate, err := x509.ParseCertificate(raw)
	if err != nil {
		return nil, fmt.Errorf("the certificate of a test authority: %w", err)
	}
	return &Authority{certificate: certificate, key: key}, nil
}

// PEM returns the authority's own certificate, as a file that SSL_CERT_FILE names has
// it.
func (a *Authority) PEM() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.certificate.Raw})
}

// Certify returns the certificate of a server, which is valid for a day from
// then on. name is a DNS name or an IP address.
func (a *Authority) Certify(name string, from time.Time) (tls.Certificate, error) {
	template := &x509.Certificate{
		Subject: pkix.Name{CommonName: name}, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		KeyUsage: x509.KeyUsageDigitalSignature, NotBefore: from, NotAfter: from.Add(24 * time.Hour),
	}
	if ip := net.ParseIP(name); ip != nil {
		template.IPAddresses = []net.IP{ip}
	} else {
		template.DNSNames = []string{name}
	}
	key, raw, err := certify(template, a)
	if err != nil {
		return tls.Certificate{}, err
	}
	return tls.Certificate{Certificate: [][]byte{raw}, PrivateKey: key}, nil
}

// certify makes a key and its certificate, signed by an authority or, if that is nil,
// by itself.
func certify(template *x509.Certificate, by *Authority) (*ecdsa.PrivateKey, []byte, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, fmt.Errorf("a key for %s: %w", template.Subject.CommonName, err)
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 64))
	if err != nil {
		return nil, nil, fmt.Errorf("a serial number for %s: %w", template.Subject.CommonName, err)
	}
	template.SerialNumber = serial
	parent, signer := template, key
	if by != nil {
		parent, signer = by.certificate, by.key
	}
	raw, err := x509.CreateCertificate(rand.Reader, template, parent, key.Public(), signer)
	if err != nil {
		return nil, nil, fmt.Errorf("a certificate for %s: %w", template.Subject.CommonName, err)
	}
	return key, raw, nil
}
