output "api_url" {
  description = "Where clients find the API."
  value       = "https://${local.api_host}"
}

output "dashboard_url" {
  description = "Where valuers find the dashboard."
  value       = "https://${local.dashboard_host}"
}

output "cluster" {
  description = "The ECS cluster, for `aws ecs` commands of the runbook."
  value       = aws_ecs_cluster.main.name
}

output "registries" {
  description = "Where the pipeline pushes images."
  value       = { for name, repository in aws_ecr_repository.image : name => repository.repository_url }
}

output "database_address" {
  description = "Host of the database, for DATABASE_URL."
  value       = aws_db_instance.main.address
}

output "database_identifier" {
  description = "The instance, for snapshots."
  value       = aws_db_instance.main.identifier
}

output "cache_address" {
  description = "Host of Redis."
  value       = aws_elasticache_replication_group.main.primary_endpoint_address
}

output "bucket" {
  description = "The bucket of photos and reports."
  value       = aws_s3_bucket.photos.bucket
}

output "pipeline" {
  description = "Variables of the GitHub environment, and of a shell that runs scripts/deploy."
  value = {
    DEPLOY_ROLE_ARN   = aws_iam_role.deploy.arn
    REPOSITORY        = aws_ecr_repository.image["propflow"].repository_url
    SOURCE_REPOSITORY = "${local.account}.dkr.ecr.${var.region}.amazonaws.com/propflow-staging"
    API_URL           = "https://${local.api_host}"
    SUBNETS           = join(",", [for subnet in aws_subnet.private : subnet.id])
    SECURITY_GROUP    = aws_security_group.jobs.id
    TOPIC_ARN         = aws_sns_topic.alarms.arn
  }
}

output "secrets" {
  description = "Which secrets want a value before the first deployment."
  value       = { for name, secret in aws_secretsmanager_secret.main : name => secret.name }
}

output "database_connections_at_most" {
  description = "What all tasks together may open, during a deployment too."
  value       = local.connections_at_most
}
