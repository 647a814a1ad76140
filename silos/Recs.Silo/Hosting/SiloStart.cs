using Recs.Grains.Items;
using Recs.Grains.Replication;
using Recs.Offline;
using Recs.Offline.Models;
using Recs.Schema.Models;
using Recs.Silo.Options;
using Recs.Storage;

namespace Recs.Silo.Hosting;

/// <summary>What must be in memory before the first request: the catalogue and a model, the first one made here.</summary>
sealed class SiloStart(
    IModelStore models,
    Catalogue catalogue,
    Replicas replicas,
    ModelSwap swap,
    RetrainOptions training,
    BanditOptions bandit,
    TimeProvider time) : IHostedService
{
    static readonly TimeSpan Step = TimeSpan.FromMilliseconds(10);

    volatile bool _done;

    /// <summary>When the process began to serve.</summary>
    public DateTimeOffset StartedAt { get; } = time.GetUtcNow();

    /// <summary>Whether requests can be served.</summary>
    public bool IsDone => _done;

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        while (!replicas.HasCopied)
        {
            await Task.Delay(Step, time, cancellationToken);
        }

        if (bandit.EmbeddingLength > 0 && !catalogue.AcceptsEmbedding(bandit.EmbeddingLength))
        {
            throw new OptionsRefusedException(
                $"Recs:Bandit:EmbeddingLength = {bandit.EmbeddingLength}, but the catalogue's embeddings have {catalogue.EmbeddingLength} numbers.");
        }

        if (await models.ActiveAsync(cancellationToken) is null)
        {
            var first = FirstModel.Create(training, bandit.EmbeddingLength, time.GetUtcNow());
            var manifest = ModelJson.Write(FirstModel.Describe(first, training));
            var version = await models.AddAsync(null, manifest, ModelCodec.Write(first), cancellationToken);
            _ = await models.ActivateAsync(version, cancellationToken);
        }

        await swap.Refresh(cancellationToken);
        _done = true;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
