package harness

import (
	"encoding/json"

	"github.com/dominoc/dominoc/tests/iam"
)

// Role is a role that the provider assumes, with its permissions.
type Role struct {
	ARN      string `json:"role"`
	Policies []struct {
		Document struct{ Statement []iam.Statement }
	}
}

// Policies returns the policies that the provider's roles need for the whole fleet.
func (d *Dominoc) Policies() ([]Role, error) {
	out, err := d.run("policy", "--format", "json")
	if err != nil {
		return nil, err
	}
	var roles []Role
	return roles, json.Unmarshal(out, &roles)
}
