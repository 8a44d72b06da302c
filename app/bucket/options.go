package bucket

import (
	"github.com/propflow/propflow/adapters/s3"
	"github.com/propflow/propflow/app/config"
)

// agent is the address at which ECS gives a task the keys of its role
// (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html).
const agent = "http://169.254.170.2"

// Options returns the options with which to open the configured bucket.
func Options(c config.S3) s3.Options {
	role := s3.Role{URL: c.RoleURL, Token: c.RoleToken, TokenFile: c.RoleTokenFile}
	if c.RolePath != "" {
		role.URL = agent + c.RolePath
	}
	return s3.Options{
		Bucket: c.S3Bucket, Region: c.S3Region, Endpoint: c.S3Endpoint, LinkEndpoint: c.S3LinkEndpoint,
		PathStyle: c.S3Endpoint != "", AccessKey: c.AccessKey, SecretKey: c.SecretKey, Role: role,
	}
}
