package rds

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	"github.com/aws/aws-sdk-go-v2/service/rds/types"

	"keyturn/aws/sandbox/cloud"
)

func filter(name string, values ...string) []types.Filter {
	return []types.Filter{{Name: &name, Values: values}}
}

func TestEngineVersions(t *testing.T) {
	t.Parallel()
	a := newAccount(t, cloud.Instant)
	for name, c := range map[string]struct {
		in   rds.DescribeDBEngineVersionsInput
		want int
		last string
	}{
		"all":                           {rds.DescribeDBEngineVersionsInput{}, 12, "8.4.8"},
		"MySQL's":                       {rds.DescribeDBEngineVersionsInput{Engine: aws.String("mysql")}, 12, "8.4.8"},
		"another engine's":              {rds.DescribeDBEngineVersionsInput{Engine: aws.String("postgres")}, 0, ""},
		"a major version's":             {rds.DescribeDBEngineVersionsInput{Engine: aws.String("mysql"), EngineVersion: aws.String("8.0")}, 6, "8.0.45"},
		"one":                           {rds.DescribeDBEngineVersionsInput{Engine: aws.String("mysql"), EngineVersion: aws.String("8.4.5")}, 1, "8.4.5"},
		"the engine's default":          {rds.DescribeDBEngineVersionsInput{Engine: aws.String("mysql"), DefaultOnly: aws.Bool(true)}, 1, "8.4.8"},
		"a major version's default":     {rds.DescribeDBEngineVersionsInput{Engine: aws.String("mysql"), EngineVersion: aws.String("8.0"), DefaultOnly: aws.Bool(true)}, 1, "8.0.45"},
		"a parameter group family's":    {rds.DescribeDBEngineVersionsInput{DBParameterGroupFamily: aws.String("mysql8.0")}, 6, "8.0.45"},
		"those that are not deprecated": {rds.DescribeDBEngineVersionsInput{Filters: filter("status", "available")}, 12, "8.4.8"},
		"those of a filter":             {rds.DescribeDBEngineVersionsInput{Filters: filter("engine-version", "8.4.5", "8.0.45")}, 2, "8.4.5"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			found := call(t, a.describeDBEngineVersions, &c.in).DBEngineVersions
			if len(found) != c.want || c.want > 0 && *found[len(found)-1].EngineVersion != c.last {
				t.Errorf("found %d", len(found))
			}
		})
	}
	wantError(t, a.describeDBEngineVersions, &rds.DescribeDBEngineVersionsInput{Engine: aws.String("dbase")}, "InvalidParameterValue", "Unrecognized engine name: dbase")
}

func TestOrderableOptions(t *testing.T) {
	t.Parallel()
	a := newAccount(t, cloud.Instant)
	all := len(versions) * len(classes) * len(storageTypes)
	for name, c := range map[string]struct {
		in   rds.DescribeOrderableDBInstanceOptionsInput
		want int
	}{
		"everything for MySQL":      {rds.DescribeOrderableDBInstanceOptionsInput{}, all},
		"a class of a version":      {rds.DescribeOrderableDBInstanceOptionsInput{DBInstanceClass: aws.String("db.t4g.micro"), EngineVersion: aws.String("8.4.8")}, len(storageTypes)},
		"in a VPC":                  {rds.DescribeOrderableDBInstanceOptionsInput{DBInstanceClass: aws.String("db.t3.micro"), EngineVersion: aws.String("8.4.8"), Vpc: aws.Bool(true)}, len(storageTypes)},
		"outside any VPC":           {rds.DescribeOrderableDBInstanceOptionsInput{Vpc: aws.Bool(false)}, 0},
		"a class that is not there": {rds.DescribeOrderableDBInstanceOptionsInput{DBInstanceClass: aws.String("db.m1.small")}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in, count := c.in, 0
			in.Engine, in.MaxRecords = aws.String("mysql"), aws.Int32(1000)
			for {
				out := call(t, a.describeOrderableDBInstanceOptions, &in)
				count += len(out.OrderableDBInstanceOptions)
				if in.Marker = out.Marker; in.Marker == nil {
					break
				}
			}
			if count != c.want {
				t.Errorf("%d options, want %d", count, c.want)
			}
		})
	}
	if n := len(call(t, a.describeOrderableDBInstanceOptions, &rds.DescribeOrderableDBInstanceOptionsInput{Engine: aws.String("mysql")}).OrderableDBInstanceOptions); n != 100 {
		t.Errorf("a page of %d, want 100", n)
	}
	wantError(t, a.describeOrderableDBInstanceOptions, &rds.DescribeOrderableDBInstanceOptionsInput{}, "InvalidParameterValue", "")
}

func TestDefaultSubnetGroup(t *testing.T) {
	t.Parallel()
	a := newAccount(t, cloud.Instant)
	groups := call(t, a.describeDBSubnetGroups, &rds.DescribeDBSubnetGroupsInput{}).DBSubnetGroups
	if len(groups) != 1 || len(groups[0].Subnets) != 3 || *groups[0].VpcId != a.network.VPC().ID {
		t.Errorf("subnet groups: %+v", groups)
	}
	wantError(t, a.describeDBSubnetGroups, &rds.DescribeDBSubnetGroupsInput{DBSubnetGroupName: aws.String("mine")}, "DBSubnetGroupNotFoundFault", "")
}
