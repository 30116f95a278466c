package aws

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	awssdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/rds"

	"keyturn/steps"
)

// EngineVersion lists all of the engine's versions and returns the newest with
// the prefix: the API documents no search by prefix.
func (d databases) EngineVersion(ctx context.Context, engine, prefix string) (string, error) {
	newest := ""
	in := &rds.DescribeDBEngineVersionsInput{Engine: &engine}
	for {
		out, err := call(ctx, d.api.DescribeDBEngineVersions, in)
		if err != nil {
			return "", err
		}
		for _, offered := range out.DBEngineVersions {
			version := awssdk.ToString(offered.EngineVersion)
			if (version == prefix || strings.HasPrefix(version, prefix+".")) && compareVersions(version, newest) > 0 {
				newest = version
			}
		}
		if awssdk.ToString(out.Marker) == "" {
			break
		}
		in.Marker = out.Marker
	}
	if newest == "" {
		return "", fmt.Errorf("%s %s in this region: %w", engine, prefix, steps.ErrNotFound)
	}
	return newest, nil
}

// compareVersions orders "8.4.9" before "8.4.10": part by part, as numbers
// where both are.
func compareVersions(a, b string) int {
	return slices.CompareFunc(strings.Split(a, "."), strings.Split(b, "."), func(x, y string) int {
		m, errX := strconv.Atoi(x)
		n, errY := strconv.Atoi(y)
		if errX != nil || errY != nil {
			return strings.Compare(x, y)
		}
		return m - n
	})
}

func (d databases) OrderableClasses(ctx context.Context, engine, version string, classes []string) ([]string, error) {
	var orderable []string
	for _, class := range classes {
		out, err := call(ctx, d.api.DescribeOrderableDBInstanceOptions, &rds.DescribeOrderableDBInstanceOptionsInput{
			Engine: &engine, EngineVersion: &version, DBInstanceClass: &class,
		})
		if err != nil {
			return nil, err
		}
		if len(out.OrderableDBInstanceOptions) > 0 {
			orderable = append(orderable, class)
		}
	}
	return orderable, nil
}

func (d databases) Quotas(ctx context.Context) ([]steps.Quota, error) {
	out, err := call(ctx, d.api.DescribeAccountAttributes, &rds.DescribeAccountAttributesInput{})
	if err != nil {
		return nil, err
	}
	var quotas []steps.Quota
	for _, q := range out.AccountQuotas {
		quotas = append(quotas, steps.Quota{Name: awssdk.ToString(q.AccountQuotaName), Used: awssdk.ToInt64(q.Used), Most: awssdk.ToInt64(q.Max)})
	}
	return quotas, nil
}
