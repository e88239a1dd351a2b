package identity

import "encoding/json"

// document is a policy of IAM. It is marshalled with its fields in this order
// and its maps sorted, so that equal policies are equal texts.
type document struct {
	Version   string
	Statement []statement
}

type statement struct {
	Sid       string `json:",omitempty"`
	Effect    string
	Principal principal `json:",omitempty"`
	Action    []string
	Resource  string    `json:",omitempty"` // absent in a trust policy
	Condition condition `json:",omitempty"`
}

// principal is who, by kind: AWS or Service.
type principal map[string]string

// condition is keys and their values by operator.
type condition map[string]map[string]string

// policy is a policy in the current language.
func policy(statements ...statement) document {
	return document{Version: "2012-10-17", Statement: statements}
}

// text is the policy as AWS takes it.
func (d document) text() *string {
	text, err := json.Marshal(d)
	if err != nil {
		panic(err) // texts and maps of texts can be marshalled
	}
	return new(string(text))
}

// trust lets a service take on a role.
func trust(service string) document {
	return policy(statement{
		Effect: "Allow", Principal: principal{"Service": service}, Action: []string{"sts:AssumeRole"},
	})
}
