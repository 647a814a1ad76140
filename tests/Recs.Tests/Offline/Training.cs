using Microsoft.Extensions.Time.Testing;
using Recs.Offline;
using Recs.Schema.Models;
using Xunit;

namespace Recs.Tests.Offline;

/// <summary>Runs a training the way tests want it: at a fixed time, without progress.</summary>
static class Training
{
    public static readonly RetrainOptions Small = new()
    {
        Dims = 16,
        Clusters = 12,
        Buckets = 64,
        EdgesPerCluster = 20,
        FreshEdges = 5,
        RewardedMin = 100,
    };

    public static RetrainResult Run(RetrainInput input, RetrainOptions? options = null) => Retrain.Run(
        input, options ?? Small, new FakeTimeProvider(TasteWorld.Now), null, TestContext.Current.CancellationToken);

    public static ModelFile Model(RetrainInput input, RetrainOptions? options = null)
    {
        var result = Run(input, options);
        Assert.True(result.IsTrained, result.Refusal);
        return result.Model;
    }
}
