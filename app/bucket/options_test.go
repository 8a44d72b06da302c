package bucket_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/propflow/propflow/adapters/s3"
	"github.com/propflow/propflow/app/bucket"
	"github.com/propflow/propflow/app/config"
)

func TestOptions(t *testing.T) {
	t.Parallel()
	assert.Equal(t, s3.Options{
		Bucket: "photos", Region: "ap-south-1", Endpoint: "http://minio:9000", LinkEndpoint: "https://files.example", PathStyle: true,
		AccessKey: "key", SecretKey: "secret",
	}, bucket.Options(config.S3{
		S3Bucket: "photos", S3Region: "ap-south-1", S3Endpoint: "http://minio:9000", S3LinkEndpoint: "https://files.example",
		AccessKey: "key", SecretKey: "secret",
	}))
	assert.Equal(t, s3.Options{
		Bucket: "photos", Role: s3.Role{URL: "http://169.254.170.23/v1/credentials", Token: "token", TokenFile: "/var/run/token"},
	}, bucket.Options(config.S3{
		S3Bucket: "photos", RoleURL: "http://169.254.170.23/v1/credentials", RoleToken: "token", RoleTokenFile: "/var/run/token",
	}))
	assert.Equal(t, s3.Role{URL: "http://169.254.170.2/v2/credentials/1"}, bucket.Options(config.S3{
		RolePath: "/v2/credentials/1", RoleURL: "https://another.example",
	}).Role, "the SDKs of AWS give the path precedence too")
}
