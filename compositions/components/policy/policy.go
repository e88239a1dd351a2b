// Package policy writes policy documents of AWS. Statements go in, JSON comes
// out; whom a statement lets do what is decided by the component packages, which
// are its callers.
package policy

import "encoding/json"

// Statement is a statement of a policy, T a list of texts as the document has it.
// Its fields are written in this order and its maps sorted, so that equal policies
// are equal texts.
type Statement[T ~[]string] struct {
	Sid       string `json:",omitempty"`
	Effect    string
	Principal Principal `json:",omitempty"`
	Action    []string
	Resource  T            `json:",omitempty"` // absent in a trust policy
	Condition Condition[T] `json:",omitempty"`
}

// Principal is who, by kind: AWS or Service.
type Principal map[string]string

// Condition is keys and their values by operator.
type Condition[T ~[]string] map[string]map[string]T

// Document returns the policy of some statements, in the current language.
func Document[T ~[]string](statements ...Statement[T]) *string {
	document, err := json.Marshal(struct {
		Version   string
		Statement []Statement[T]
	}{"2012-10-17", statements})
	if err != nil {
		panic(err) // texts, lists and maps of texts have JSON
	}
	return new(string(document))
}
