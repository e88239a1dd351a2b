package privilege

import (
	"bytes"
	"cmp"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// The limits of IAM (user guide, "IAM and AWS STS quotas").
const (
	Longest = 6144 // characters of a managed policy, white space aside
	Most    = 10   // managed policies of a role; AWS raises it to 20 on request
)

// version of the language of policies.
const version = "2012-10-17"

// Policy is a managed policy, ready for IAM.
type Policy struct {
	Name     string   `json:"name"` // the role's, what it is about, and a number from the second on
	Document Document `json:"document"`
}

// Document is a policy in IAM's own language.
type Document struct {
	Version   string
	Statement []PolicyStatement
}

// PolicyStatement is a Statement in IAM's own language.
type PolicyStatement struct {
	Effect    string
	Action    []string
	Resource  []string
	Condition map[string]map[string][]string `json:",omitempty"` // operator, key, values
}

// Size returns the size that IAM compares with Longest.
func (d Document) Size() int {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(d); err != nil {
		panic(err) // texts and lists of texts
	}
	size := 0
	for _, r := range text.String() {
		if !unicode.IsSpace(r) {
			size++
		}
	}
	return size
}

// A policy is about one of these, so that a change of the network, for example,
// changes one policy only.
const (
	aboutReading  = "read" // without resources: descriptions of the whole account
	aboutNetwork  = "network"
	aboutCluster  = "cluster"
	aboutIdentity = "identity"
	aboutData     = "data"
	aboutDomain   = "domain"
)

// topic returns the topic of a statement's actions.
func topic(s Statement) string {
	if s.Resources[0] == "*" && reads(s.Actions[0]) {
		return aboutReading
	}
	switch service, _, _ := strings.Cut(s.Actions[0], ":"); service {
	case "ec2":
		return aboutNetwork
	case "eks", "autoscaling", "logs":
		return aboutCluster
	case "iam", "kms":
		return aboutIdentity
	case "acm", "route53":
		return aboutDomain
	}
	return aboutData
}

// policies divides statements, and denials about identity, into documents that IAM
// accepts.
func policies(role string, statements []Statement, denials []PolicyStatement) []Policy {
	var out []Policy
	for _, about := range []string{aboutReading, aboutNetwork, aboutCluster, aboutIdentity, aboutData, aboutDomain} {
		var documents []Document
		for _, s := range statements {
			if topic(s) == about {
				documents = add(documents, s)
			}
		}
		if about == aboutIdentity {
			for _, denial := range denials {
				documents = put(documents, denial)
			}
		}
		for i, d := range documents {
			out = append(out, Policy{name(role, about, i+1), d})
		}
	}
	return joined(out)
}

// joined puts the smallest policies together, as long as they fit into one, until a role may
// have them all. Such a policy has the name of the first and is about more than that.
func joined(all []Policy) []Policy {
	for len(all) > Most {
		bySize := make([]int, len(all))
		for i := range all {
			bySize[i] = i
		}
		slices.SortStableFunc(bySize, func(i, j int) int { return cmp.Compare(all[i].Document.Size(), all[j].Document.Size()) })
		first, second := min(bySize[0], bySize[1]), max(bySize[0], bySize[1])
		both := Document{version, slices.Concat(all[first].Document.Statement, all[second].Document.Statement)}
		if both.Size() > Longest {
			break
		}
		all[first].Document = both
		all = slices.Delete(all, second, second+1)
	}
	return all
}

func name(role, about string, number int) string {
	if number == 1 {
		return role + "-" + about
	}
	return role + "-" + about + "-" + strconv.Itoa(number)
}

// add adds a statement to the first document with room for it, to a new one, or its halves
// if even a new one is too small.
func add(documents []Document, s Statement) []Document {
	if divisible(s) && (Document{version, []PolicyStatement{s.inIAM()}}).Size() > Longest {
		half, other := halves(s)
		return add(add(documents, half), other)
	}
	return put(documents, s.inIAM())
}

// put adds a statement to the first document with room for it, or to a new one.
func put(documents []Document, s PolicyStatement) []Document {
	one := Document{version, []PolicyStatement{s}}
	i := slices.IndexFunc(documents, func(d Document) bool { return d.Size()+one.Size() <= Longest })
	if i < 0 {
		return append(documents, one)
	}
	documents[i].Statement = append(documents[i].Statement, s)
	return documents
}

func (s Statement) inIAM() PolicyStatement {
	out := PolicyStatement{Effect: "Allow", Action: s.Actions, Resource: s.Resources}
	for _, c := range s.Clauses {
		if out.Condition == nil {
			out.Condition = map[string]map[string][]string{}
		}
		if out.Condition[c.Operator] == nil {
			out.Condition[c.Operator] = map[string][]string{}
		}
		out.Condition[c.Operator][c.Key] = c.Values
	}
	return out
}

// divisible reports whether a statement can be divided into two.
func divisible(s Statement) bool { return len(s.Resources) > 1 || longest(s.Clauses) >= 0 }

// longest returns the clause with the most values, -1 if none can be divided: a request
// that must match all values cannot.
func longest(clauses []Clause) int {
	found, most := -1, 1
	for i, c := range clauses {
		if anyValue(c) && len(c.Values) > most {
			found, most = i, len(c.Values)
		}
	}
	return found
}

// halves divides a statement: each half has half of the resources, or half of a
// condition's values.
func halves(s Statement) (Statement, Statement) {
	one, other := s, s
	if n := len(s.Resources); n > 1 {
		one.Resources, other.Resources = s.Resources[:n/2], s.Resources[n/2:]
		return one, other
	}
	i := longest(s.Clauses)
	one.Clauses, other.Clauses = slices.Clone(s.Clauses), slices.Clone(s.Clauses)
	values := s.Clauses[i].Values
	one.Clauses[i].Values, other.Clauses[i].Values = values[:len(values)/2], values[len(values)/2:]
	return one, other
}
