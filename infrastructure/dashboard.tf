locals {
  # title → metrics of one graph; each metric as CloudWatch writes it
  graphs = {
    "Requests and 5xx answers" = [
      ["AWS/ApplicationELB", "RequestCount", "LoadBalancer", aws_lb.main.arn_suffix, { stat = "Sum" }],
      [".", "HTTPCode_Target_5XX_Count", ".", ".", { stat = "Sum" }],
      [".", "HTTPCode_ELB_5XX_Count", ".", ".", { stat = "Sum" }],
    ]
    "Latency of the API" = [
      for stat in ["p50", "p95", "p99"] :
      ["AWS/ApplicationELB", "TargetResponseTime", "LoadBalancer", aws_lb.main.arn_suffix, "TargetGroup", aws_lb_target_group.api.arn_suffix, { stat = stat }]
    ]
    "Cases" = [
      [local.metric_namespace, "PendingReviews", "Environment", var.environment, { stat = "Maximum" }],
      [".", "CasesBreached", ".", ".", { stat = "Maximum" }],
    ]
    "Jobs" = [
      [local.metric_namespace, "JobsAvailable", "Environment", var.environment, { stat = "Maximum" }],
      [".", "JobsDead", ".", ".", { stat = "Maximum" }],
      [".", "JobOldestSeconds", ".", ".", { stat = "Maximum" }],
      [".", "NotificationOldestSeconds", ".", ".", { stat = "Maximum" }],
    ]
    "Security, last 5 minutes" = [
      [local.metric_namespace, "FailedLogins", "Environment", var.environment, { stat = "Maximum" }],
      [".", "Denials", ".", ".", { stat = "Maximum" }],
      [".", "NewAdmins", ".", ".", { stat = "Maximum" }],
      [".", "SMSBudgetPercent", ".", ".", { stat = "Maximum", yAxis = "right" }],
    ]
    "CPU of tasks" = [
      for name in ["api", "worker", "beat"] :
      ["AWS/ECS", "CPUUtilization", "ClusterName", aws_ecs_cluster.main.name, "ServiceName", name, { stat = "Average" }]
    ]
    "Database" = [
      ["AWS/RDS", "DatabaseConnections", "DBInstanceIdentifier", aws_db_instance.main.identifier, { stat = "Maximum" }],
      [".", "CPUUtilization", ".", ".", { stat = "Average" }],
      [".", "FreeStorageSpace", ".", ".", { stat = "Minimum", yAxis = "right" }],
    ]
    "Redis" = [
      ["AWS/ElastiCache", "DatabaseMemoryUsagePercentage", "CacheClusterId", "${local.name}-redis-001", { stat = "Maximum" }],
      [".", "EngineCPUUtilization", ".", ".", { stat = "Average" }],
      [".", "CurrConnections", ".", ".", { stat = "Maximum", yAxis = "right" }],
    ]
    "Healthy tasks of the API" = [
      ["AWS/ApplicationELB", "HealthyHostCount", "LoadBalancer", aws_lb.main.arn_suffix, "TargetGroup", aws_lb_target_group.api.arn_suffix, { stat = "Minimum" }],
    ]
  }
}

resource "aws_cloudwatch_dashboard" "main" {
  dashboard_name = local.name
  dashboard_body = jsonencode({
    widgets = [
      for i, title in keys(local.graphs) : {
        type       = "metric"
        x          = (i % 2) * 12
        y          = floor(i / 2) * 6
        width      = 12
        height     = 6
        properties = { title = title, region = var.region, period = 60, metrics = local.graphs[title] }
      }
    ]
  })
}
