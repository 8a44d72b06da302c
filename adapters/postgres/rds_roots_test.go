package postgres_test

import (
	"crypto/x509"
	"encoding/pem"
	"os"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestTheRootsOfRDSAreGoodForYears reads the certificates of the image, which no update of the
// system renews.
func TestTheRootsOfRDSAreGoodForYears(t *testing.T) {
	t.Parallel()
	const file = "rds/roots.pem"
	rest, err := os.ReadFile(file)
	require.NoError(t, err)
	var block *pem.Block
	seen := 0
	for {
		if block, rest = pem.Decode(rest); block == nil {
			break
		}
		seen++
		root, err := x509.ParseCertificate(block.Bytes)
		require.NoError(t, err)
		name := root.Subject.CommonName
		assert.Regexp(t, `^Amazon RDS ap-south-[12] Root CA (RSA2048|RSA4096|ECC384) G1$`, name)
		assert.True(t, root.IsCA, name)
		assert.NoError(t, root.CheckSignatureFrom(root), "%s signs itself", name)
		assert.True(t, root.NotBefore.Before(time.Now()), name)
		assert.True(t, root.NotAfter.After(time.Now().AddDate(5, 0, 0)), "%s ends on %s", name, root.NotAfter)
	}
	assert.Equal(t, 6, seen, "three of each region in India")

	config, err := pgx.ParseConfig("postgres://u:p@db.example/propflow?sslmode=verify-full&sslrootcert=" + file)
	require.NoError(t, err)
	assert.False(t, config.TLSConfig.InsecureSkipVerify)
	assert.Equal(t, "db.example", config.TLSConfig.ServerName)
	assert.NotNil(t, config.TLSConfig.RootCAs)
}
