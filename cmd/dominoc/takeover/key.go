package takeover

// claimKey reads the key that the modules made for the installation.
func (f *facts) claimKey(c *claim) {
	for _, key := range f.state.Of(true, "aws_kms_key") {
		if key.Text("arn") != f.key {
			continue
		}
		c.facts.unless("", "description", key.Text("description"))
		c.facts.add("policy", key.Text("policy"))
		c.facts.unless(true, "rotation", truth(key, "enable_key_rotation"))
		return
	}
	c.refuse("", "leave it out of --take", "Terraform did not make the key of the cluster's secrets, %q, which stays with its owner", f.key)
}
