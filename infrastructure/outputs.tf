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

output "migrate" {
  description = "How `aws ecs run-task` runs migrations."
  value = {
    task_definition = module.migrate.task_definition_arn
    subnets         = [for subnet in aws_subnet.private : subnet.id]
    security_group  = aws_security_group.jobs.id
  }
}

output "deploy_role_arn" {
  description = "The role that deploy.yml signs in as."
  value       = aws_iam_role.deploy.arn
}

output "alarms_topic_arn" {
  description = "Where alarms go, and the pipeline's failures."
  value       = aws_sns_topic.alarms.arn
}

output "secrets" {
  description = "Which secrets want a value before the first deployment."
  value       = { for name, secret in aws_secretsmanager_secret.main : name => secret.name }
}

output "database_connections_at_most" {
  description = "What all tasks together may open, during a deployment too."
  value       = local.connections_at_most
}
