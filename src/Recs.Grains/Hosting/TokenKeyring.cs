using System.Security.Cryptography;

using Recs.Schema.Decisions;
using Recs.Storage;

namespace Recs.Grains.Hosting;

/// <summary>The keys that sign decision tokens: made once, stored, rotated by age, never logged.</summary>
public static class TokenKeyring
{
    /// <summary>Loads the keys; makes the first one, or a younger one when the newest is too old.</summary>
    /// <param name="secrets">Where keys are kept.</param>
    /// <param name="rotateAfter">Age at which a new key takes over signing; older keys still verify.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancel">Cancels the wait for storage.</param>
    public static async Task<DecisionTokens> Open(
        ISecretStore secrets, TimeSpan rotateAfter, TimeProvider time, CancellationToken cancel)
    {
        var stored = await secrets.TokenKeysAsync(cancel);
        var newest = stored.OrderByDescending(key => key.CreatedAt).ThenByDescending(key => key.Id).FirstOrDefault();
        if (stored.Count == 0 || time.GetUtcNow() - newest.CreatedAt > rotateAfter)
        {
            var id = stored.Count == 0 ? 1 : (newest.Id + 1) & byte.MaxValue;
            // False means that another silo was first; either way the stored key is the one to use.
            _ = await secrets.TryAddTokenKeyAsync(id, RandomNumberGenerator.GetBytes(TokenKey.SecretBytes), cancel);
            stored = await secrets.TokenKeysAsync(cancel);
            newest = stored.OrderByDescending(key => key.CreatedAt).ThenByDescending(key => key.Id).First();
        }

        return new DecisionTokens([.. stored.Select(key => new TokenKey((byte)key.Id, key.Key))], (byte)newest.Id);
    }
}
