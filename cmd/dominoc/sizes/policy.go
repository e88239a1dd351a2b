package sizes

import (
	"fmt"

	"github.com/dominoc/dominoc/compositions"
	"github.com/dominoc/dominoc/compositions/ordered"
	"github.com/dominoc/dominoc/compositions/privilege"
)

// Policies returns, for each account, the policy of a role that may change the node groups of
// the selected environments and nothing else. EKS has no condition by which it could be
// limited to sizes: labels and taints of the groups change by the same call
// (UpdateNodegroupConfig, Service Authorization Reference).
func Policies(fleet *compositions.Fleet, selected func(environment string) bool) []privilege.Role {
	accounts := map[string]privilege.Role{}
	for _, e := range fleet.Environments {
		common := e.Plan.Spec.Common
		if !selected(e.Plan.Name) {
			continue
		}
		role, known := accounts[common.Account]
		if !known {
			role = privilege.Role{Account: common.Account, Policies: []privilege.Policy{{
				Name: "dominoc-sizes",
				Document: privilege.Document{Version: "2012-10-17", Statement: []privilege.PolicyStatement{{
					Effect: "Allow", Action: []string{"eks:UpdateNodegroupConfig"},
				}}},
			}}}
		}
		role.Environments = append(role.Environments, e.Plan.Name)
		statement := &role.Policies[0].Document.Statement[0]
		statement.Resource = append(statement.Resource, fmt.Sprintf("arn:%[1]s:eks:%[2]s:%[3]s:nodegroup/%[4]s/%[4]s-*/*", common.Partition, common.Region, common.Account, common.Name))
		accounts[common.Account] = role
	}
	var all []privilege.Role
	for _, role := range ordered.All(accounts) {
		all = append(all, role)
	}
	return all
}
