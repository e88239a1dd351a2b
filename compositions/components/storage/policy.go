package storage

import "github.com/dominoc/dominoc/compositions/components/policy"

type (
	statement = policy.Statement[[]string]
	principal = policy.Principal
	condition = policy.Condition[[]string]
)

// service is a principal that belongs to AWS.
func service(name string) principal { return principal{"Service": name} }
