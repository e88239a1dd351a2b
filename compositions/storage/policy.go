package storage

import "encoding/json"

// statement is one statement of a policy document. Its texts come from values
// that the schema limits to what JSON writes as it is.
type statement struct {
	Sid       string    `json:"Sid,omitempty"`
	Effect    string    `json:"Effect"`
	Principal any       `json:"Principal"`
	Action    []string  `json:"Action"`
	Resource  []string  `json:"Resource,omitempty"`
	Condition condition `json:"Condition,omitempty"`
}

// condition is texts by condition key by operator.
type condition map[string]map[string][]string

// anyone is the principal of statements that deny.
const anyone = "*"

// service is a principal that belongs to AWS.
func service(name string) map[string]string { return map[string]string{"Service": name} }

// policyOf is a policy document as JSON.
func policyOf(statements ...statement) string {
	document, err := json.Marshal(struct {
		Version   string
		Statement []statement
	}{"2012-10-17", statements})
	if err != nil {
		panic(err) // texts, maps and lists of texts: always JSON
	}
	return string(document)
}
