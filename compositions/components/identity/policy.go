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
	Resource  texts     `json:",omitempty"` // absent in a trust policy
	Condition condition `json:",omitempty"`
}

// principal is who, by kind: AWS or Service.
type principal map[string]string

// condition is keys and their values by operator.
type condition map[string]map[string]texts

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
func trust(service string, actions ...string) document {
	return policy(statement{
		Effect: "Allow", Principal: principal{"Service": service}, Action: actions,
	})
}
