package servers_test

import (
	"bytes"
	"io"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/jackc/pgx/v5"
	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/tests/kit/servers"
)

func TestPostgresIsOneDatabasePerTest(t *testing.T) {
	t.Parallel()
	for name := range map[string]bool{"one": true, "another": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			start := time.Now()
			connection, err := pgx.Connect(t.Context(), servers.Postgres(t))
			require.NoError(t, err)
			t.Logf("a database after %v", time.Since(start))
			defer connection.Close(t.Context())
			_, err = connection.Exec(t.Context(), "CREATE TABLE mine (id int)") // twice in one database would fail
			require.NoError(t, err)
			var version, encoding string
			require.NoError(t, connection.QueryRow(t.Context(), "SHOW server_version").Scan(&version))
			require.NoError(t, connection.QueryRow(t.Context(), "SHOW server_encoding").Scan(&encoding))
			require.Regexp(t, `^16\.`, version)
			require.Equal(t, "UTF8", encoding)
		})
	}
}

func TestRedisGivesPrefixes(t *testing.T) {
	t.Parallel()
	var addr, prefix string
	t.Run("a test", func(t *testing.T) {
		addr, prefix = servers.Redis(t)
		_, other := servers.Redis(t)
		require.NotEqual(t, prefix, other)
		client := redis.NewClient(&redis.Options{Addr: addr})
		defer client.Close()
		require.NoError(t, client.Set(t.Context(), prefix+"key", "value", 0).Err())
	})
	if addr == "" {
		t.Skip("there is no Redis")
	}
	client := redis.NewClient(&redis.Options{Addr: addr})
	defer client.Close()
	require.ErrorIs(t, client.Get(t.Context(), prefix+"key").Err(), redis.Nil, "keys go with their test")
}

func TestS3ChecksSignatures(t *testing.T) {
	t.Parallel()
	endpoint := servers.S3(t)
	put := func(secret string) error {
		client := s3.New(s3.Options{
			BaseEndpoint: &endpoint.Endpoint, Region: endpoint.Region, UsePathStyle: true,
			Credentials: credentials.NewStaticCredentialsProvider(endpoint.AccessKey, secret, ""),
		})
		key := "folder/key"
		if _, err := client.PutObject(t.Context(), &s3.PutObjectInput{
			Bucket: &endpoint.Bucket, Key: &key, Body: bytes.NewReader([]byte("content")),
		}); err != nil {
			return err
		}
		object, err := client.GetObject(t.Context(), &s3.GetObjectInput{Bucket: &endpoint.Bucket, Key: &key})
		require.NoError(t, err)
		defer object.Body.Close()
		content, err := io.ReadAll(object.Body)
		require.Equal(t, "content", string(content))
		return err
	}
	require.NoError(t, put(endpoint.SecretKey))
	require.Error(t, put("another secret"))
}

func TestABucketKeepsVersions(t *testing.T) {
	t.Parallel()
	endpoint := servers.S3(t)
	client := s3.New(s3.Options{
		BaseEndpoint: &endpoint.Endpoint, Region: endpoint.Region, UsePathStyle: true,
		Credentials: credentials.NewStaticCredentialsProvider(endpoint.AccessKey, endpoint.SecretKey, ""),
	})
	if !endpoint.Versions(t) {
		t.Skip("skipped: this server keeps none")
	}
	key := "folder/key"
	for _, content := range []string{"one", "two"} {
		_, err := client.PutObject(t.Context(), &s3.PutObjectInput{Bucket: &endpoint.Bucket, Key: &key, Body: bytes.NewReader([]byte(content))})
		require.NoError(t, err)
	}
	_, err := client.DeleteObject(t.Context(), &s3.DeleteObjectInput{Bucket: &endpoint.Bucket, Key: &key})
	require.NoError(t, err)
	kept, err := client.ListObjectVersions(t.Context(), &s3.ListObjectVersionsInput{Bucket: &endpoint.Bucket})
	require.NoError(t, err)
	require.Len(t, kept.Versions, 2)
	require.Len(t, kept.DeleteMarkers, 1)
}
