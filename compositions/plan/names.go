package plan

// launchTemplateName has a slash, which neither name may contain: launch
// templates of all environments of an account share one space, and with a
// hyphen pool "us-default" of "prod" would be pool "default" of "prod-us".
func launchTemplateName(environment, pool string) string { return environment + "/" + pool }
