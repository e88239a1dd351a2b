package identity

import (
	"encoding/json"

	"github.com/dominoc/dominoc/compositions/components/policy"
)

type (
	statement = policy.Statement[texts]
	principal = policy.Principal
	condition = policy.Condition[texts]
)

// texts is one text or a list of them, and written so.
type texts []string

func (t texts) MarshalJSON() ([]byte, error) {
	if len(t) == 1 {
		return json.Marshal(t[0])
	}
	return json.Marshal([]string(t))
}

// anything is the resource of a statement that is about no particular one.
func anything() texts { return texts{"*"} }

// trust lets a service take on a role.
func trust(service string, only condition, actions ...string) statement {
	return statement{Effect: "Allow", Principal: principal{"Service": service}, Action: actions, Condition: only}
}
