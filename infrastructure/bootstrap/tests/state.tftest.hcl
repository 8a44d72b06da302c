# What keeps Terraform's own state.

mock_provider "aws" {
  mock_data "aws_iam_policy_document" {
    defaults = {
      json = "{\"Version\":\"2012-10-17\",\"Statement\":[]}"
    }
  }
  mock_resource "aws_s3_bucket" {
    defaults = {
      arn = "arn:aws:s3:::mock"
    }
  }
}

run "state" {
  command = plan # what must not be destroyed cannot be applied for a test

  assert {
    condition     = aws_s3_bucket.state.bucket == "propflow-terraform-state" && aws_dynamodb_table.locks.name == "propflow-terraform-locks" && aws_dynamodb_table.locks.hash_key == "LockID"
    error_message = "bucket and lock table must be those of versions.tf"
  }
  assert {
    condition     = one(aws_s3_bucket_server_side_encryption_configuration.state.rule).apply_server_side_encryption_by_default[0].sse_algorithm == "aws:kms" && aws_s3_bucket_versioning.state.versioning_configuration[0].status == "Enabled"
    error_message = "the state is encrypted and can be brought back"
  }
  assert {
    condition = alltrue([
      aws_s3_bucket_public_access_block.state.block_public_acls, aws_s3_bucket_public_access_block.state.block_public_policy,
      aws_s3_bucket_public_access_block.state.ignore_public_acls, aws_s3_bucket_public_access_block.state.restrict_public_buckets,
    ])
    error_message = "the state is private"
  }
  assert {
    condition     = data.aws_iam_policy_document.state.statement[0].effect == "Deny" && one(data.aws_iam_policy_document.state.statement[0].condition).variable == "aws:SecureTransport"
    error_message = "the state travels by TLS only"
  }
  assert {
    condition     = aws_iam_openid_connect_provider.github.url == "https://token.actions.githubusercontent.com" && aws_iam_openid_connect_provider.github.client_id_list == toset(["sts.amazonaws.com"])
    error_message = "pipelines are vouched for by GitHub"
  }
}
