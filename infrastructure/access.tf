# Who may do what: ECS to start tasks, tasks at work, pipelines to deploy. No wildcard
# actions, and resources by name unless AWS does not allow that.

locals {
  owner_secret_arn = one(aws_db_instance.main.master_user_secret[*].secret_arn)
  log_group_arns = [
    for name in ["api", "worker", "beat", "dashboard", "migrate"] :
    "arn:aws:logs:${var.region}:${local.account}:log-group:/aws/ecs/${local.name}-${name}:log-stream:*"
  ]
}

data "aws_iam_policy_document" "ecs_tasks" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["ecs-tasks.amazonaws.com"]
    }
    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account]
    }
  }
}

# What ECS itself needs to start a task.
data "aws_iam_policy_document" "start" {
  statement {
    sid       = "SignInToRegistry"
    actions   = ["ecr:GetAuthorizationToken"]
    resources = ["*"] # AWS allows no names here
  }
  statement {
    sid       = "PullImages"
    actions   = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
    resources = [for repository in aws_ecr_repository.image : repository.arn]
  }
  statement {
    sid       = "WriteLogs"
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = local.log_group_arns
  }
}

data "aws_iam_policy_document" "execution" {
  source_policy_documents = [data.aws_iam_policy_document.start.json]

  statement {
    sid       = "ReadSecrets"
    actions   = ["secretsmanager:GetSecretValue"]
    resources = [for secret in aws_secretsmanager_secret.main : secret.arn]
  }
}

data "aws_iam_policy_document" "migrate_execution" {
  source_policy_documents = [data.aws_iam_policy_document.start.json]

  statement {
    sid       = "ReadOwnerPassword"
    actions   = ["secretsmanager:GetSecretValue"]
    resources = [local.owner_secret_arn]
  }
}

resource "aws_iam_role" "execution" {
  name               = "${local.name}-execution"
  assume_role_policy = data.aws_iam_policy_document.ecs_tasks.json
}

resource "aws_iam_role_policy" "execution" {
  name   = "start-tasks"
  role   = aws_iam_role.execution.id
  policy = data.aws_iam_policy_document.execution.json
}

resource "aws_iam_role" "migrate_execution" {
  name               = "${local.name}-migrate-execution"
  assume_role_policy = data.aws_iam_policy_document.ecs_tasks.json
}

resource "aws_iam_role_policy" "migrate_execution" {
  name   = "start-migrations"
  role   = aws_iam_role.migrate_execution.id
  policy = data.aws_iam_policy_document.migrate_execution.json
}

# The backend works with its bucket. Dashboard and migrations need nothing of AWS.
resource "aws_iam_role" "task" {
  for_each           = toset(["backend", "dashboard", "migrate"])
  name               = "${local.name}-${each.key}-task"
  assume_role_policy = data.aws_iam_policy_document.ecs_tasks.json
}

data "aws_iam_policy_document" "photos_access" {
  statement {
    sid       = "List"
    actions   = ["s3:ListBucket", "s3:ListBucketVersions"]
    resources = [aws_s3_bucket.photos.arn]
  }
  # Old versions are read by `propflow files restore`; no task may delete one.
  statement {
    sid       = "ReadAndWrite"
    actions   = ["s3:GetObject", "s3:GetObjectVersion", "s3:PutObject", "s3:DeleteObject"]
    resources = ["${aws_s3_bucket.photos.arn}/*"]
  }
}

resource "aws_iam_role_policy" "photos" {
  name   = "photos"
  role   = aws_iam_role.task["backend"].id
  policy = data.aws_iam_policy_document.photos_access.json
}

# VPC flow logs
data "aws_iam_policy_document" "flow_log_service" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["vpc-flow-logs.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "flow_log" {
  name               = "${local.name}-flow-log"
  assume_role_policy = data.aws_iam_policy_document.flow_log_service.json
}

resource "aws_iam_role_policy" "flow_log" {
  name = "write"
  role = aws_iam_role.flow_log.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"]
      Resource = "${aws_cloudwatch_log_group.flow.arn}:*"
    }]
  })
}

# Pipelines sign in by OpenID Connect: GitHub vouches for the repository, the environment, the branch
# and the workflow, and no key exists that could leak. A branch may name any environment in a workflow
# of its own, so the environment alone proves nothing. The provider is the account's: bootstrap/ makes it.
locals {
  # The workflows whose jobs sign in. Production is reached through release.yml only.
  workflows = local.production ? ["release.yml"] : ["deploy.yml", "release.yml"]
}

data "aws_iam_policy_document" "github" {
  statement {
    actions = ["sts:AssumeRoleWithWebIdentity"]

    principals {
      type        = "Federated"
      identifiers = ["arn:aws:iam::${local.account}:oidc-provider/token.actions.githubusercontent.com"]
    }
    condition {
      test     = "StringEquals"
      variable = "token.actions.githubusercontent.com:aud"
      values   = ["sts.amazonaws.com"]
    }
    condition {
      test     = "StringEquals"
      variable = "token.actions.githubusercontent.com:sub"
      values   = ["repo:${coalesce(var.github_subject, var.github_repository)}:environment:${var.environment}"]
    }
    # The run was started for main, and …
    condition {
      test     = "StringEquals"
      variable = "token.actions.githubusercontent.com:ref"
      values   = ["refs/heads/main"]
    }
    # … its job is written in one of these files, as they are on main.
    condition {
      test     = "StringEquals"
      variable = "token.actions.githubusercontent.com:job_workflow_ref"
      values   = [for file in local.workflows : "${var.github_repository}/.github/workflows/${file}@refs/heads/main"]
    }
  }
}

data "aws_iam_policy_document" "deploy" {
  statement {
    sid       = "SignInToRegistry"
    actions   = ["ecr:GetAuthorizationToken"]
    resources = ["*"] # AWS allows no names here
  }
  statement {
    sid = "PushImages"
    actions = [
      "ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:CompleteLayerUpload", "ecr:DescribeImages",
      "ecr:GetDownloadUrlForLayer", "ecr:InitiateLayerUpload", "ecr:PutImage", "ecr:UploadLayerPart",
    ]
    resources = [for repository in aws_ecr_repository.image : repository.arn]
  }
  statement {
    sid       = "PullFromStaging"
    actions   = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
    resources = ["arn:aws:ecr:${var.region}:${local.account}:repository/propflow-staging", "arn:aws:ecr:${var.region}:${local.account}:repository/propflow-dashboard-staging"]
  }
  statement {
    sid       = "DefineTasks"
    actions   = ["ecs:DescribeTaskDefinition", "ecs:RegisterTaskDefinition"]
    resources = ["*"] # AWS allows no names here
  }
  statement {
    sid     = "DeployServices"
    actions = ["ecs:DescribeServices", "ecs:UpdateService"]
    resources = [
      for name in ["api", "worker", "beat", "dashboard"] :
      "arn:aws:ecs:${var.region}:${local.account}:service/${aws_ecs_cluster.main.name}/${name}"
    ]
  }
  statement {
    sid       = "RunMigrations"
    actions   = ["ecs:RunTask"]
    resources = ["arn:aws:ecs:${var.region}:${local.account}:task-definition/${local.name}-migrate:*"]
  }
  statement {
    sid       = "AwaitMigrations"
    actions   = ["ecs:DescribeTasks"]
    resources = ["arn:aws:ecs:${var.region}:${local.account}:task/${aws_ecs_cluster.main.name}/*"]
  }
  statement {
    sid       = "HandRolesToTasks"
    actions   = ["iam:PassRole"]
    resources = concat([aws_iam_role.execution.arn, aws_iam_role.migrate_execution.arn], [for role in aws_iam_role.task : role.arn])

    condition {
      test     = "StringEquals"
      variable = "iam:PassedToService"
      values   = ["ecs-tasks.amazonaws.com"]
    }
  }
  statement {
    sid     = "SnapshotDatabase"
    actions = ["rds:CreateDBSnapshot", "rds:DescribeDBSnapshots", "rds:DeleteDBSnapshot", "rds:AddTagsToResource"]
    resources = [
      aws_db_instance.main.arn,
      "arn:aws:rds:${var.region}:${local.account}:snapshot:${local.name}-db-before-*",
    ]
  }
  statement {
    sid       = "Notify"
    actions   = ["sns:Publish"]
    resources = [aws_sns_topic.alarms.arn]
  }
  statement {
    sid       = "EncryptNotices"
    actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
    resources = [aws_kms_key.alarms.arn]
  }
}

resource "aws_iam_role" "deploy" {
  name                 = "${local.name}-deploy"
  assume_role_policy   = data.aws_iam_policy_document.github.json
  max_session_duration = 3600
}

resource "aws_iam_role_policy" "deploy" {
  name   = "deploy"
  role   = aws_iam_role.deploy.id
  policy = data.aws_iam_policy_document.deploy.json
}
