package iam_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/tests/iam"
)

type conditions = map[string]map[string][]string

type context = map[string][]string

func TestConditionsHoldAsIAMSays(t *testing.T) {
	const tag, bucket = "aws:ResourceTag/owner", "arn:aws:s3:::bucket"
	for name, c := range map[string]struct {
		conditions conditions
		context    context
		holds      bool
	}{
		"NoCondition":                {nil, nil, true},
		"OneOfTheValues":             {conditions{"StringEquals": {tag: {"a", "b"}}}, context{tag: {"b"}}, true},
		"NoneOfTheValues":            {conditions{"StringEquals": {tag: {"a", "b"}}}, context{tag: {"c"}}, false},
		"AbsentKey":                  {conditions{"StringEquals": {tag: {"a"}}}, nil, false},
		"AbsentKeyIfExists":          {conditions{"StringEqualsIfExists": {tag: {"a"}}}, nil, true},
		"OtherValueIfExists":         {conditions{"StringEqualsIfExists": {tag: {"a"}}}, context{tag: {"b"}}, false},
		"NegatedAbsentKey":           {conditions{"StringNotEquals": {tag: {"a"}}}, nil, true},
		"NegatedNoneOfTheValues":     {conditions{"StringNotEquals": {tag: {"a", "b"}}}, context{tag: {"b"}}, false},
		"AllOperators":               {conditions{"StringEquals": {tag: {"a"}}, "Null": {"k": {"true"}}}, context{tag: {"a"}, "k": {"x"}}, false},
		"NullWantsAbsence":           {conditions{"Null": {tag: {"true"}}}, nil, true},
		"NullWantsPresence":          {conditions{"Null": {tag: {"false"}}}, nil, false},
		"ForAllValuesOfNone":         {conditions{"ForAllValues:StringEquals": {tag: {"a"}}}, nil, true},
		"ForAllValues":               {conditions{"ForAllValues:StringLike": {tag: {"a*"}}}, context{tag: {"a1", "b1"}}, false},
		"ForAnyValue":                {conditions{"ForAnyValue:StringLike": {tag: {"a*"}}}, context{tag: {"a1", "b1"}}, true},
		"ForAnyValueOfNone":          {conditions{"ForAnyValue:StringLike": {tag: {"a*"}}}, nil, false},
		"LikeSpansSlashes":           {conditions{"StringLike": {tag: {"a*z"}}}, context{tag: {"a/b/z"}}, true},
		"LikeOneCharacter":           {conditions{"StringLike": {tag: {"a?"}}}, context{tag: {"abc"}}, false},
		"EqualsKnowsNoWildcard":      {conditions{"StringEquals": {tag: {"a*"}}}, context{tag: {"ab"}}, false},
		"AStarOfAnARNStaysInItsPart": {conditions{"ArnLike": {tag: {"arn:aws:*:role/x"}}}, context{tag: {"arn:aws:iam::1:role/x"}}, false},
		"ARN":                        {conditions{"ArnEquals": {tag: {"arn:aws:iam::1:role/*"}}}, context{tag: {"arn:aws:iam::1:role/x"}}, true},
		"Bool":                       {conditions{"Bool": {tag: {"true"}}}, context{tag: {"false"}}, false},
		"ForAllValuesIfExists":       {conditions{"ForAllValues:StringEqualsIfExists": {tag: {"a"}}}, context{tag: {"b"}}, false},
	} {
		t.Run(name, func(t *testing.T) {
			statement := iam.Statement{Effect: "Allow", Action: []string{"s3:Get*"}, Resource: []string{bucket}, Condition: c.conditions}
			request := iam.Request{Action: "s3:getobject", Resource: bucket, Context: c.context}
			require.Equal(t, c.holds, iam.Allowed([]iam.Statement{statement}, request))
		})
	}
}

func TestPatterns(t *testing.T) {
	for pattern, matches := range map[string]bool{
		"arn:x/y": true, "*": true, "arn:*": true, "*/y": true, "a*x*y": true, "a?n:x/?": true, "*x/y*": true, "arn:x/y*": true, "**y": true,
		"": false, "arn:x": false, "arn:x/yz": false, "*z": false, "?arn:x/y": false, "arn:x/y?": false, "a*z*y": false, "[a]rn:x/y": false,
	} {
		require.Equal(t, matches, iam.Like(pattern, "arn:x/y"), pattern)
	}
}

func TestADenialWinsAndNothingIsAllowedUnsaid(t *testing.T) {
	allow := iam.Statement{Effect: "Allow", Action: []string{"*"}, Resource: []string{"*"}}
	deny := iam.Statement{Effect: "Deny", Action: []string{"iam:Delete*"}, Resource: []string{"arn:aws:iam::1:role/*"}}
	request := iam.Request{Action: "iam:DeleteRole", Resource: "arn:aws:iam::1:role/a"}
	require.True(t, iam.Allowed([]iam.Statement{allow}, request))
	require.False(t, iam.Allowed([]iam.Statement{allow, deny}, request))
	require.False(t, iam.Allowed(nil, request))
	request.Resource = "arn:aws:iam::1:policy/a"
	require.True(t, iam.Allowed([]iam.Statement{deny, allow}, request))
}

// A variable is what the request says of the principal; without it nothing matches.
func TestAPolicyVariableIsOfTheRequest(t *testing.T) {
	statements, err := iam.Parse(`{"Statement":[{"Effect":"Allow","Action":"ec2:AttachVolume","Resource":"*","Condition":{"StringEquals":{"ec2:ResourceTag/owner":"team-${aws:PrincipalTag/team}"}}}]}`)
	require.NoError(t, err)
	for principal, allowed := range map[string]bool{"a": true, "b": false, "": false} {
		context := map[string][]string{"ec2:ResourceTag/owner": {"team-a"}}
		if principal != "" {
			context["aws:PrincipalTag/team"] = []string{principal}
		}
		require.Equal(t, allowed, iam.Allowed(statements, iam.Request{Action: "ec2:AttachVolume", Resource: "arn:aws:ec2:us-west-2:1:volume/v", Context: context}), principal)
	}
}

// The three policies for the driver of EBS, and what each keeps it from.
func TestAWSsPoliciesForTheDriverOfEBS(t *testing.T) {
	attach := func(tags map[string]string) iam.Request {
		r := iam.Request{Action: "ec2:AttachVolume", Resource: "arn:aws:ec2:us-west-2:1:volume/v", Context: map[string][]string{"aws:PrincipalTag/eks-cluster-name": {"prod"}}}
		for key, value := range tags {
			r.Context["ec2:ResourceTag/"+key] = []string{value}
		}
		return r
	}
	any, driver := map[string]string{}, map[string]string{"ebs.csi.aws.com/cluster": "true"}
	ours, others := map[string]string{"ebs.csi.aws.com/cluster-name": "prod"}, map[string]string{"ebs.csi.aws.com/cluster-name": "dev"}
	for policy, allowed := range map[string][]map[string]string{
		"AmazonEBSCSIDriverPolicy":                 {any, driver, ours, others},
		"AmazonEBSCSIDriverPolicyV2":               {driver},
		"AmazonEBSCSIDriverEKSClusterScopedPolicy": {ours},
	} {
		statements := iam.Managed("arn:aws:iam::aws:policy/" + policy)
		var got []map[string]string
		for _, tags := range []map[string]string{any, driver, ours, others} {
			if iam.Allowed(statements, attach(tags)) {
				got = append(got, tags)
			}
		}
		require.Equal(t, allowed, got, policy)
	}
	require.Panics(t, func() { iam.Managed("arn:aws:iam::aws:policy/AmazonEBSCSIDriverPolicyV3") })
}
