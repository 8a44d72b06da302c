resource "aws_lb" "main" {
  name               = local.name
  load_balancer_type = "application"
  subnets            = [for subnet in aws_subnet.public : subnet.id]
  security_groups    = [aws_security_group.load_balancer.id]

  idle_timeout               = 75 # s; live events send a comment every 15 s
  drop_invalid_header_fields = true
  desync_mitigation_mode     = "strictest"
  enable_deletion_protection = local.production

  access_logs {
    bucket  = aws_s3_bucket.requests.id
    enabled = true
  }

  # It tries to write as soon as it is told to.
  depends_on = [aws_s3_bucket_policy.requests, aws_s3_bucket_server_side_encryption_configuration.requests]
}

# Another protocol is another group, which must be there before the listener lets go of this one.
resource "aws_lb_target_group" "api" {
  name                 = var.api_tls ? "${local.name}-api-tls" : "${local.name}-api"
  vpc_id               = aws_vpc.main.id
  target_type          = "ip"
  port                 = local.api_port
  protocol             = upper(local.api_scheme)
  deregistration_delay = 30 # s; the API ends live streams at once and finishes requests in 15 s

  # Readiness, not health: an outage of Redis must not take tasks out that still serve.
  health_check {
    protocol            = upper(local.api_scheme)
    path                = "/readyz"
    matcher             = "200"
    interval            = 10
    timeout             = 5
    healthy_threshold   = 2
    unhealthy_threshold = 3
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_lb_target_group" "dashboard" {
  name                 = "${local.name}-dashboard"
  vpc_id               = aws_vpc.main.id
  target_type          = "ip"
  port                 = local.dashboard_port
  protocol             = "HTTP"
  deregistration_delay = 15

  health_check {
    path                = "/"
    matcher             = "200"
    interval            = 10
    timeout             = 5
    healthy_threshold   = 2
    unhealthy_threshold = 3
  }
}

resource "aws_lb_listener" "http" {
  load_balancer_arn = aws_lb.main.arn
  port              = 80
  protocol          = "HTTP"

  default_action {
    type = "redirect"

    redirect {
      port        = "443"
      protocol    = "HTTPS"
      status_code = "HTTP_301"
    }
  }
}

resource "aws_lb_listener" "https" {
  load_balancer_arn = aws_lb.main.arn
  port              = 443
  protocol          = "HTTPS"
  ssl_policy        = "ELBSecurityPolicy-TLS13-1-2-2021-06"
  certificate_arn   = aws_acm_certificate_validation.main.certificate_arn

  # A name that is not ours.
  default_action {
    type = "fixed-response"

    fixed_response {
      content_type = "text/plain"
      message_body = "not found"
      status_code  = "404"
    }
  }
}

resource "aws_lb_listener_rule" "host" {
  for_each = {
    api       = { priority = 10, host = local.api_host, target = aws_lb_target_group.api.arn }
    dashboard = { priority = 20, host = local.dashboard_host, target = aws_lb_target_group.dashboard.arn }
  }
  listener_arn = aws_lb_listener.https.arn
  priority     = each.value.priority

  condition {
    host_header {
      values = [each.value.host]
    }
  }
  action {
    type             = "forward"
    target_group_arn = each.value.target
  }
}
