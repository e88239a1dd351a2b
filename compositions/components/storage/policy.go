package storage

import "encoding/json"

// statement is one statement of a policy document. Its texts come from values
// that the schema limits to what JSON writes as it is.
type statement struct {
	Sid       string    `json:"Sid,omitempty"`
	Effect    string    `json:"Effect"`
	Principal principal `json:"Principal"`
	Action    []string  `json:"Action"`
	Resource  []string  `json:"Resource,omitempty"`
	Condition condition `json:"Condition,omitempty"`
}

// condition is texts by condition key by operator.
type condition map[string]map[string][]string

// principal is who, by kind: AWS or Service.
type principal map[string]string

// anyone is the principal of statements that deny.
func anyone() principal { return principal{"AWS": "*"} }

// service is a principal that belongs to AWS.
func service(name string) principal { return principal{"Service": name} }

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
