package fleet

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/compositions"
	"github.com/dominoc/dominoc/compositions/check"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/v1alpha1"
	"github.com/dominoc/dominoc/tests/crds"
)

// crowded is one environment after another in one account and region, until
// defaults are exceeded, with next to nothing of what is stated.
func crowded() ([]compositions.Input, *check.Stated) {
	var inputs []compositions.Input
	for seed := uint64(0); len(inputs) < 8; seed++ {
		m, ok := planned(seed)
		if !ok || m.Partition != "aws" || m.Environment.Network.VPC != nil || m.Environment.Encryption.KeyARN != "" || m.Environment.Provider.RoleARN != "" {
			continue
		}
		for i := range 8 {
			env := *m.Environment
			env.Name = fmt.Sprintf("env-%d", i)
			env.Storage.Buckets = v1alpha1.Buckets{}
			inputs = append(inputs, compositions.Input{Environment: &env, At: nowhere})
		}
	}
	account, region := inputs[0].Environment.Account, inputs[0].Environment.Region
	return inputs, &check.Stated{At: func(diag.Path) diag.Pos { return diag.Pos{} }, Quotas: v1alpha1.Quotas{account: {
		Global: map[string]int64{"L-FE177D64": 10}, Regions: map[string]map[string]int64{region: {"L-1216C47A": 10}},
	}}}
}

func TestTheManagementClusterTakesWhatAsksForMore(t *testing.T) {
	inputs, stated := crowded()
	needs, _ := compositions.NeedsOf(inputs, stated)
	requests := needs.Requests()
	validator := crds.New()
	asked := map[string]string{}
	for _, r := range requests {
		require.Empty(t, validator.Validate(r), "%v", r)
		if at(r, "kind") == "ServiceQuota" {
			require.Empty(t, validator.Composed(r, "domino-env-0"))
			require.Equal(t, "env-0", at(r, "spec/providerConfigRef/name"))
			require.NotContains(t, at(r, "spec/managementPolicies"), "Delete")
			asked[at(r, "spec/forProvider/quotaCode")] = at(r, "spec/forProvider/region")
		}
	}
	region := inputs[0].Environment.Region
	require.Equal(t, region, asked["L-F678F1CE"], "VPCs, beyond the default")
	require.Equal(t, region, asked["L-1216C47A"], "vCPUs, beyond what is stated")
	require.Equal(t, "us-east-1", asked["L-FE177D64"], "roles, in the home of the partition")
	require.NotContains(t, asked, "L-858F3967", "OIDC providers are fewer than the default")
	require.Len(t, asked, len(needs.Asks()))
}

func TestNothingIsAskedForWhereThereIsEnough(t *testing.T) {
	inputs, _ := crowded()
	needs, _ := compositions.NeedsOf(inputs[:1], nil)
	require.Empty(t, needs.Asks())
	require.Nil(t, needs.Requests())
}
