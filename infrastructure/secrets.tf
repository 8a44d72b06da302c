# Terraform makes the secrets; people fill in the values (deployment-guide.md), so that no state
# and no plan contains them. What a vendor's account needs is read only if the vendor is on.

locals {
  secrets = merge(
    {
      SECRET_KEY     = "Signing keys of access tokens, newest first, comma-separated, each of 32 bytes or more"
      TOTP_KEY       = "Keys of the secrets of second factors, newest first, comma-separated, each of 32 bytes or more"
      PEPPER         = "Key of the hashes of one-time codes, 32 bytes or more, no SECRET_KEY"
      DATABASE_URL   = "postgres://LOGIN:PASSWORD@HOST:5432/propflow?sslmode=verify-full&sslrootcert=/rds-roots.pem, for the login that is a member of propflow_app"
      REDIS_PASSWORD = "The same as cache_auth_token"
    },
    var.vendors.twilio ? {
      TWILIO_ACCOUNT_SID = "Account of Twilio"
      TWILIO_AUTH_TOKEN  = "Its token"
    } : {},
    var.vendors.smtp_host != "" ? {
      SMTP_USERNAME = "Login of the mail server"
      SMTP_PASSWORD = "Its password"
    } : {},
    var.vendors.vision ? { GOOGLE_VISION_API_KEY = "Key of Google Cloud Vision" } : {},
    var.vendors.sentry ? { SENTRY_DSN = "Where Sentry takes errors" } : {},
  )
}

resource "aws_secretsmanager_secret" "main" {
  for_each                = local.secrets
  name                    = "${local.name}/${each.key}"
  description             = each.value
  recovery_window_in_days = local.production ? 30 : 7
}
