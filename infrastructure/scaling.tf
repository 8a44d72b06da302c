resource "aws_appautoscaling_target" "service" {
  for_each           = { for name, service in var.services : name => service if service.max > service.min && (name != "dashboard" || var.dashboard_enabled) }
  service_namespace  = "ecs"
  resource_id        = "service/${aws_ecs_cluster.main.name}/${each.key}"
  scalable_dimension = "ecs:service:DesiredCount"
  min_capacity       = each.value.min
  max_capacity       = each.value.max
  depends_on         = [module.backend, module.dashboard]
}

resource "aws_appautoscaling_policy" "cpu" {
  for_each           = { for name, target in aws_appautoscaling_target.service : name => target if name != "worker" }
  name               = "${each.key}-cpu"
  policy_type        = "TargetTrackingScaling"
  service_namespace  = each.value.service_namespace
  resource_id        = each.value.resource_id
  scalable_dimension = each.value.scalable_dimension

  target_tracking_scaling_policy_configuration {
    target_value       = 60 # percent
    scale_out_cooldown = 60
    scale_in_cooldown  = 300

    predefined_metric_specification {
      predefined_metric_type = "ECSServiceAverageCPUUtilization"
    }
  }
}

resource "aws_appautoscaling_policy" "requests" {
  name               = "api-requests"
  policy_type        = "TargetTrackingScaling"
  service_namespace  = aws_appautoscaling_target.service["api"].service_namespace
  resource_id        = aws_appautoscaling_target.service["api"].resource_id
  scalable_dimension = aws_appautoscaling_target.service["api"].scalable_dimension

  target_tracking_scaling_policy_configuration {
    target_value       = var.requests_per_task
    scale_out_cooldown = 60
    scale_in_cooldown  = 300

    predefined_metric_specification {
      predefined_metric_type = "ALBRequestCountPerTarget"
      resource_label         = "${aws_lb.main.arn_suffix}/${aws_lb_target_group.api.arn_suffix}"
    }
  }
}

# The number of workers follows the jobs that could run now but wait for a worker.
resource "aws_appautoscaling_policy" "jobs" {
  count              = contains(keys(aws_appautoscaling_target.service), "worker") ? 1 : 0
  name               = "worker-jobs"
  policy_type        = "TargetTrackingScaling"
  service_namespace  = aws_appautoscaling_target.service["worker"].service_namespace
  resource_id        = aws_appautoscaling_target.service["worker"].resource_id
  scalable_dimension = aws_appautoscaling_target.service["worker"].scalable_dimension

  target_tracking_scaling_policy_configuration {
    target_value       = var.jobs_per_worker
    scale_out_cooldown = 60
    scale_in_cooldown  = 300

    customized_metric_specification {
      metrics {
        id          = "available"
        return_data = false

        metric_stat {
          stat = "Maximum"

          metric {
            namespace   = local.metric_namespace
            metric_name = "JobsAvailable"

            dimensions {
              name  = "Environment"
              value = var.environment
            }
          }
        }
      }
      metrics {
        id          = "workers"
        return_data = false

        metric_stat {
          stat = "Average"

          metric {
            namespace   = "ECS/ContainerInsights"
            metric_name = "RunningTaskCount"

            dimensions {
              name  = "ClusterName"
              value = aws_ecs_cluster.main.name
            }
            dimensions {
              name  = "ServiceName"
              value = "worker"
            }
          }
        }
      }
      metrics {
        id         = "per_worker"
        expression = "available / workers"
        label      = "Available jobs per worker"
      }
    }
  }
}
