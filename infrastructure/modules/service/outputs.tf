output "task_definition_arn" {
  description = "The newest definition that Terraform made."
  value       = aws_ecs_task_definition.main.arn
}

output "service_name" {
  description = "The service, null for a one-off task."
  value       = one(aws_ecs_service.main[*].name)
}

output "log_group_name" {
  description = "Where its logs are."
  value       = aws_cloudwatch_log_group.main.name
}
