package vendors

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"math/big"
	"mime"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Letter is an e-mail as the server received it.
type Letter struct {
	From  string   // in the envelope
	To    []string // in the envelope
	Login string   // user that sent it
	TLS   bool
	Raw   string
}

func (l Letter) parse() (*mail.Message, error) { return mail.ReadMessage(strings.NewReader(l.Raw)) }

// Header returns a header, decoded (RFC 2047), or "" if there is none.
func (l Letter) Header(name string) (string, error) {
	message, err := l.parse()
	if err != nil {
		return "", err
	}
	return new(mime.WordDecoder).DecodeHeader(message.Header.Get(name))
}

// Headers returns all headers, not decoded.
func (l Letter) Headers() (map[string][]string, error) {
	message, err := l.parse()
	if err != nil {
		return nil, err
	}
	return message.Header, nil
}

// Text returns the text with LF line ends, without the last one, which every e-mail has. It
// returns an error if the text is not encoded as quoted-printable.
func (l Letter) Text() (string, error) {
	message, err := l.parse()
	if err != nil {
		return "", err
	}
	if encoding := message.Header.Get("Content-Transfer-Encoding"); encoding != "quoted-printable" {
		return "", fmt.Errorf("the text is encoded as %q", encoding)
	}
	text, err := io.ReadAll(quotedprintable.NewReader(message.Body))
	return strings.TrimSuffix(strings.ReplaceAll(string(text), "\r\n", "\n"), "\n"), err
}

// MailCertificate returns a new certificate for 127.0.0.1, after the changes, and a pool with
// which clients can verify it.
func MailCertificate(t testing.TB, change ...func(*x509.Certificate)) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	for _, f := range change {
		f(template)
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	require.NoError(t, err)
	parsed, err := x509.ParseCertificate(der)
	require.NoError(t, err)
	roots := x509.NewCertPool()
	roots.AddCert(parsed)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, roots
}
