resource "aws_ecs_cluster" "main" {
  name = "${local.name}-cluster"

  setting {
    name  = "containerInsights"
    value = "enabled"
  }
}

locals {
  image           = "${aws_ecr_repository.image["propflow"].repository_url}:${var.image_tag}"
  dashboard_image = "${aws_ecr_repository.image["propflow-dashboard"].repository_url}:${var.image_tag}"

  # One task has nothing to halve.
  rolling_percent = { for name, service in var.services : name => service.max == 1 ? 200 : 150 }

  # What every process of the backend reads. Secrets are named in secrets.tf.
  environment = merge(
    {
      HTTP_ADDRESS      = "0.0.0.0:${local.api_port}"
      HTTP_TLS          = tostring(var.api_tls)
      PUBLIC_URL        = "https://${local.api_host}"
      DASHBOARD_ORIGINS = "https://${local.dashboard_host}"
      TRUSTED_PROXIES   = "1"   # the load balancer
      SHUTDOWN_DELAY    = "10s" # until the load balancer has noticed; see its health check
      ENVIRONMENT       = var.environment
      GRIEVANCE_NAME    = var.grievance.name
      GRIEVANCE_EMAIL   = var.grievance.email
      REDIS_HOST        = aws_elasticache_replication_group.main.primary_endpoint_address
      REDIS_PORT        = tostring(local.redis_port)
      REDIS_TLS         = "true"
      S3_BUCKET         = aws_s3_bucket.photos.bucket
      S3_REGION         = var.region
    },
    length(var.capture_origins) > 0 ? { CAPTURE_ORIGINS = join(",", var.capture_origins) } : {},
    var.vendors.twilio ? {
      TWILIO_FROM              = var.vendors.twilio_from
      TWILIO_WHATSAPP_FROM     = var.vendors.twilio_whatsapp_from
      TWILIO_SMS_CONTENTS      = join(",", [for name, sid in var.vendors.twilio_sms_contents : "${name}:${sid}"])
      TWILIO_WHATSAPP_CONTENTS = join(",", [for name, sid in var.vendors.twilio_whatsapp_contents : "${name}:${sid}"])
    } : {},
    var.vendors.smtp_host != "" ? {
      SMTP_HOST = var.vendors.smtp_host
      SMTP_PORT = tostring(var.vendors.smtp_port)
      SMTP_TLS  = var.vendors.smtp_tls
      SMTP_FROM = var.vendors.smtp_from
    } : {},
    local.collected,
  )

  secret_arns = { for name, secret in aws_secretsmanager_secret.main : name => secret.arn }

  # ECS refuses a service whose target group no listener knows yet, hence by way of the rules.
  target_groups = { for name, rule in aws_lb_listener_rule.host : name => one(rule.action).target_group_arn }

  # name → what sets it apart; size comes from var.services
  backend = {
    api    = { command = ["serve"], group = aws_security_group.api.id, target = local.target_groups["api"], stop = 60 }
    worker = { command = ["worker"], group = aws_security_group.jobs.id, target = null, stop = 120 }
    beat   = { command = ["scheduler"], group = aws_security_group.jobs.id, target = null, stop = 60 }
  }
}

module "backend" {
  source   = "./modules/service"
  for_each = local.backend

  prefix      = local.name
  name        = each.key
  region      = var.region
  cluster_arn = aws_ecs_cluster.main.arn
  log_days    = var.log_days

  image   = local.image
  command = each.value.command
  cpu     = var.services[each.key].cpu
  memory  = var.services[each.key].memory

  tasks            = var.services[each.key].min
  rolling_percent  = local.rolling_percent[each.key]
  port             = local.api_port
  target_group_arn = each.value.target
  stop_timeout     = each.value.stop
  # Liveness: an outage of a store must not have healthy tasks replaced.
  health_command = ["/propflow", "healthcheck", "--url", "${local.api_scheme}://localhost:${local.api_port}/livez"]

  environment = merge(local.environment, { DATABASE_CONNECTIONS = tostring(var.services[each.key].connections) })
  secrets     = local.secret_arns
  collector   = try(local.collectors[each.key], null)

  subnets            = [for subnet in aws_subnet.private : subnet.id]
  security_group     = each.value.group
  execution_role_arn = aws_iam_role.execution.arn
  task_role_arn      = aws_iam_role.task["backend"].arn
}

module "dashboard" {
  source = "./modules/service"
  count  = var.dashboard_enabled ? 1 : 0

  prefix      = local.name
  name        = "dashboard"
  region      = var.region
  cluster_arn = aws_ecs_cluster.main.arn
  log_days    = var.log_days

  image  = local.dashboard_image
  cpu    = var.services["dashboard"].cpu
  memory = var.services["dashboard"].memory

  tasks            = var.services["dashboard"].min
  rolling_percent  = local.rolling_percent["dashboard"]
  port             = local.dashboard_port
  target_group_arn = local.target_groups["dashboard"]
  environment      = { API_URL = "https://${local.api_host}" }

  subnets            = [for subnet in aws_subnet.private : subnet.id]
  security_group     = aws_security_group.dashboard.id
  execution_role_arn = aws_iam_role.execution.arn
  task_role_arn      = aws_iam_role.task["dashboard"].arn
}

# Run once per deployment, before new tasks take traffic: the only one that owns the schema.
module "migrate" {
  source = "./modules/service"

  prefix      = local.name
  name        = "migrate"
  region      = var.region
  cluster_arn = aws_ecs_cluster.main.arn
  log_days    = var.log_days

  image   = local.image
  command = ["migrate", "up"]
  cpu     = 256
  memory  = 512

  environment = {
    MIGRATE_DATABASE_URL = "postgres://${aws_db_instance.main.username}@${aws_db_instance.main.address}:${local.postgres_port}/${aws_db_instance.main.db_name}?sslmode=verify-full&sslrootcert=/rds-roots.pem"
  }
  # The PostgreSQL driver takes the password from here, because the URL has none.
  secrets = { PGPASSWORD = "${local.owner_secret_arn}:password::" }

  subnets            = [for subnet in aws_subnet.private : subnet.id]
  security_group     = aws_security_group.jobs.id
  execution_role_arn = aws_iam_role.migrate_execution.arn
  task_role_arn      = aws_iam_role.task["migrate"].arn
}
