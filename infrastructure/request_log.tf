# Every request to the load balancer, in a bucket of its own: what a flood or an intrusion looked
# like from outside, refused requests too.

resource "aws_s3_bucket" "requests" {
  bucket        = "${local.name}-requests-${local.account}"
  force_destroy = false
}

resource "aws_s3_bucket_public_access_block" "requests" {
  bucket                  = aws_s3_bucket.requests.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_ownership_controls" "requests" {
  bucket = aws_s3_bucket.requests.id

  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

# Load balancers cannot write to a bucket that is encrypted with a key of KMS.
resource "aws_s3_bucket_server_side_encryption_configuration" "requests" {
  bucket = aws_s3_bucket.requests.id

  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "AES256"
    }
  }
}

# An old version is what somebody wrote over: the load balancer writes each file once.
resource "aws_s3_bucket_versioning" "requests" {
  bucket = aws_s3_bucket.requests.id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "requests" {
  bucket     = aws_s3_bucket.requests.id
  depends_on = [aws_s3_bucket_versioning.requests]

  rule {
    id     = "old-requests"
    status = "Enabled"
    filter {}

    expiration {
      days = var.log_days
    }
    noncurrent_version_expiration {
      noncurrent_days = 90
    }
    abort_incomplete_multipart_upload {
      days_after_initiation = 7
    }
  }
}

data "aws_iam_policy_document" "requests" {
  statement {
    sid       = "Deliver"
    actions   = ["s3:PutObject"]
    resources = ["${aws_s3_bucket.requests.arn}/AWSLogs/${local.account}/*"]

    principals {
      type        = "Service"
      identifiers = ["logdelivery.elasticloadbalancing.amazonaws.com"]
    }
  }
  statement {
    sid       = "TLSOnly"
    effect    = "Deny"
    actions   = ["s3:*"]
    resources = [aws_s3_bucket.requests.arn, "${aws_s3_bucket.requests.arn}/*"]

    principals {
      type        = "*"
      identifiers = ["*"]
    }
    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = ["false"]
    }
  }
}

resource "aws_s3_bucket_policy" "requests" {
  bucket     = aws_s3_bucket.requests.id
  policy     = data.aws_iam_policy_document.requests.json
  depends_on = [aws_s3_bucket_public_access_block.requests]
}
