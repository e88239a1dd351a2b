package iam

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"path"
	"strings"
)

// managedPolicies are what AWS's policies for the CSI drivers allow, each with the
// page that it was read from.
//
//go:embed testdata/managed.json
var managedPolicies []byte

// Managed returns the statements of a policy of AWS's, by its ARN. An unknown
// policy is a bug of the calling test.
func Managed(arn string) []Statement {
	var all map[string]struct{ Statement []Statement }
	if err := json.Unmarshal(managedPolicies, &all); err != nil {
		panic(err)
	}
	policy, known := all[path.Base(arn)]
	if !known {
		panic(fmt.Sprintf("policy %q of AWS's is not known", arn))
	}
	_, partition, _ := strings.Cut(arn, ":")
	partition, _, _ = strings.Cut(partition, ":")
	for _, s := range policy.Statement { // each partition's policy has its own ARNs
		for i := range s.Resource {
			parts := strings.SplitN(s.Resource[i], ":", 3)
			if len(parts) == 3 {
				parts[1] = partition
			}
			s.Resource[i] = strings.Join(parts, ":")
		}
	}
	return policy.Statement
}

// Parse returns the statements of a policy's document. A single text in place of a list is
// read as a list of one.
func Parse(document string) ([]Statement, error) {
	var policy struct {
		Statement []struct {
			Effect           string
			Action, Resource texts
			Condition        map[string]map[string]texts
		}
	}
	if err := json.Unmarshal([]byte(document), &policy); err != nil {
		return nil, err
	}
	var all []Statement
	for _, s := range policy.Statement {
		conditions := map[string]map[string][]string{}
		for operator, keys := range s.Condition {
			conditions[operator] = map[string][]string{}
			for key, values := range keys {
				conditions[operator][key] = values
			}
		}
		all = append(all, Statement{s.Effect, s.Action, s.Resource, conditions})
	}
	return all, nil
}

// texts is a list of texts, or a single one.
type texts []string

func (t *texts) UnmarshalJSON(data []byte) error {
	var one string
	if json.Unmarshal(data, &one) == nil {
		*t = texts{one}
		return nil
	}
	return json.Unmarshal(data, (*[]string)(t))
}
