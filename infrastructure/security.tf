# Who may talk to whom: internet → load balancer → api, dashboard → stores. Nothing else.

locals {
  api_port       = 8000
  api_scheme     = var.api_tls ? "https" : "http"
  dashboard_port = 3000
  postgres_port  = 5432
  redis_port     = 6379
}

resource "aws_security_group" "load_balancer" {
  name        = "${local.name}-load-balancer"
  description = "The load balancer: HTTPS from everywhere"
  vpc_id      = aws_vpc.main.id
}

resource "aws_security_group" "api" {
  name        = "${local.name}-api"
  description = "Tasks of api"
  vpc_id      = aws_vpc.main.id
}

resource "aws_security_group" "jobs" {
  name        = "${local.name}-jobs"
  description = "Tasks of worker, beat and migrate: nobody calls them"
  vpc_id      = aws_vpc.main.id
}

resource "aws_security_group" "dashboard" {
  name        = "${local.name}-dashboard"
  description = "Tasks of dashboard"
  vpc_id      = aws_vpc.main.id
}

resource "aws_security_group" "database" {
  name        = "${local.name}-database"
  description = "PostgreSQL: from tasks only"
  vpc_id      = aws_vpc.main.id
}

resource "aws_security_group" "cache" {
  name        = "${local.name}-cache"
  description = "Redis: from tasks only"
  vpc_id      = aws_vpc.main.id
}

# From the internet: HTTPS, and HTTP to be sent on to it.
resource "aws_vpc_security_group_ingress_rule" "internet" {
  for_each          = { http = 80, https = 443 }
  security_group_id = aws_security_group.load_balancer.id
  description       = "${each.key} from everywhere"
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "tcp"
  from_port         = each.value
  to_port           = each.value
}

locals {
  # caller → callee, by port
  flows = {
    load_balancer_api       = { from = aws_security_group.load_balancer.id, to = aws_security_group.api.id, port = local.api_port }
    load_balancer_dashboard = { from = aws_security_group.load_balancer.id, to = aws_security_group.dashboard.id, port = local.dashboard_port }
    api_database            = { from = aws_security_group.api.id, to = aws_security_group.database.id, port = local.postgres_port }
    api_cache               = { from = aws_security_group.api.id, to = aws_security_group.cache.id, port = local.redis_port }
    jobs_database           = { from = aws_security_group.jobs.id, to = aws_security_group.database.id, port = local.postgres_port }
    jobs_cache              = { from = aws_security_group.jobs.id, to = aws_security_group.cache.id, port = local.redis_port }
  }
}

resource "aws_vpc_security_group_ingress_rule" "flow" {
  for_each                     = local.flows
  security_group_id            = each.value.to
  referenced_security_group_id = each.value.from
  description                  = replace(each.key, "_", " ")
  ip_protocol                  = "tcp"
  from_port                    = each.value.port
  to_port                      = each.value.port
}

resource "aws_vpc_security_group_egress_rule" "flow" {
  for_each                     = local.flows
  security_group_id            = each.value.from
  referenced_security_group_id = each.value.to
  description                  = replace(each.key, "_", " ")
  ip_protocol                  = "tcp"
  from_port                    = each.value.port
  to_port                      = each.value.port
}

# Tasks reach AWS and the vendors by HTTPS, and the mail server below, only.
resource "aws_vpc_security_group_egress_rule" "https" {
  for_each = {
    api       = aws_security_group.api.id
    jobs      = aws_security_group.jobs.id
    dashboard = aws_security_group.dashboard.id
  }
  security_group_id = each.value
  description       = "HTTPS to AWS and the vendors"
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

# Jobs send e-mail, and doctor looks whether they could.
resource "aws_vpc_security_group_egress_rule" "mail" {
  count             = var.vendors.smtp_host != "" ? 1 : 0
  security_group_id = aws_security_group.jobs.id
  description       = "Mail to the submission server"
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "tcp"
  from_port         = var.vendors.smtp_port
  to_port           = var.vendors.smtp_port
}
