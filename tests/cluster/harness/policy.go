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

// Policies returns the policies that the provider's roles need: for the whole fleet, or as
// the arguments of dominoc policy say.
func (d *Dominoc) Policies(args ...string) ([]Role, error) {
	out, err := d.run(append([]string{"policy", "--format", "json"}, args...)...)
	if err != nil {
		return nil, err
	}
	var roles []Role
	return roles, json.Unmarshal(out, &roles)
}
