resource "aws_acm_certificate" "main" {
  domain_name               = local.api_host
  subject_alternative_names = [local.dashboard_host]
  validation_method         = "DNS"

  lifecycle {
    create_before_destroy = true
  }
}

locals {
  validations = { for option in aws_acm_certificate.main.domain_validation_options : option.domain_name => option }
}

resource "aws_route53_record" "validation" {
  for_each        = toset([local.api_host, local.dashboard_host])
  zone_id         = var.hosted_zone_id
  name            = local.validations[each.key].resource_record_name
  type            = local.validations[each.key].resource_record_type
  records         = [local.validations[each.key].resource_record_value]
  ttl             = 300
  allow_overwrite = true
}

resource "aws_acm_certificate_validation" "main" {
  certificate_arn         = aws_acm_certificate.main.arn
  validation_record_fqdns = [for record in aws_route53_record.validation : record.fqdn]
}

resource "aws_route53_record" "host" {
  for_each = { api = local.api_host, dashboard = local.dashboard_host }
  zone_id  = var.hosted_zone_id
  name     = each.value
  type     = "A"

  alias {
    name                   = aws_lb.main.dns_name
    zone_id                = aws_lb.main.zone_id
    evaluate_target_health = true
  }
}
