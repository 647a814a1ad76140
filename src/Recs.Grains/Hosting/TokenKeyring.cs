using System.Security.Cryptography;

using Recs.Schema.Decisions;
using Recs.Storage;

namespace Recs.Grains.Hosting;

/// <summary>The keys that sign decision tokens: made here, kept in storage, the same on every silo, never logged.</summary>
/// <remarks>
/// <see cref="Current"/> is read without a lock. Every silo looks at the store each <see cref="TokenKeyOptions.LookInterval"/>; a key
/// signs only when it is <see cref="SigningDelay"/> old, so that all know it before they meet its tokens. A token of a key that
/// is not known is worth a look of its own, at most one each <see cref="LookAgainAfter"/>.
/// </remarks>
public sealed class TokenKeyring
{
    /// <summary>Age from which on a key signs, while there is an older one.</summary>
    public static readonly TimeSpan SigningDelay = TimeSpan.FromSeconds(5);

    /// <summary>Least time between two looks that tokens of unknown keys give rise to.</summary>
    public static readonly TimeSpan LookAgainAfter = TimeSpan.FromMilliseconds(250);

    const int IdCount = byte.MaxValue + 1;

    readonly ISecretStore _secrets;
    readonly TokenKeyOptions _options;
    readonly TimeProvider _time;
    readonly Lock _turn = new();
    KeysAtOnce _keys;
    Task? _look;
    long _lookedAt;
    long _refreshes;
    long _shown;

    TokenKeyring(ISecretStore secrets, TokenKeyOptions options, TimeProvider time, KeysAtOnce keys) =>
        (_secrets, _options, _time, _keys) = (secrets, options, time, keys);

    /// <summary>What signs and verifies now; immutable.</summary>
    public DecisionTokens Current => Volatile.Read(ref _keys).Tokens;

    /// <summary>Loads the keys; makes the first one, or a younger one when the newest is too old.</summary>
    /// <param name="secrets">Where keys are kept.</param>
    /// <param name="options">When keys rotate and expire.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancel">Cancels the wait for storage.</param>
    /// <exception cref="StorageRefusedException">A stored key is too short to sign or verify with.</exception>
    /// <exception cref="IOException">Storage failed.</exception>
    public static async Task<TokenKeyring> Open(
        ISecretStore secrets, TokenKeyOptions options, TimeProvider time, CancellationToken cancel)
    {
        var keys = await Load(secrets, options, time, cancel);
        return keys.Short is { } tooShort
            ? throw new StorageRefusedException(
                $"The stored token key {tooShort.Id} has {tooShort.Key.Length} bytes; expected at least {TokenKey.SecretBytes}. Delete its row of token_key.")
            : new TokenKeyring(secrets, options, time, keys);
    }

    /// <summary>Verifies and reads a token; one of a key that is not known after a look at the store, unless there was one just now.</summary>
    /// <returns>The decision, or null when the token is damaged, forged, of an unknown version or of an unknown key.</returns>
    /// <exception cref="IOException">The key is not known, and storage failed.</exception>
    public ValueTask<Decision?> ReadAsync(string token, CancellationToken cancel)
    {
        var tokens = Current;
        return tokens.Read(token) is { } decision ? new(decision)
            : DecisionTokens.KeyOf(token) is { } key && !tokens.Knows(key) ? ReadAfterLook(token, cancel)
            : default;
    }

    /// <summary>Reads the store again, rotates a key that has become too old, and drops keys that nothing valid can be signed with.</summary>
    /// <returns>Id of a stored key that is too short and therefore not taken; null without one.</returns>
    /// <exception cref="IOException">Storage failed; the keys that were known stay.</exception>
    public async Task<int?> Refresh(CancellationToken cancel)
    {
        var refresh = Interlocked.Increment(ref _refreshes);
        var keys = await Load(_secrets, _options, _time, cancel);
        lock (_turn)
        {
            // A slow look must not bring back what a later one saw revoked.
            if (refresh > _shown)
            {
                _shown = refresh;
                Volatile.Write(ref _keys, keys);
            }
        }

        return keys.Short?.Id;
    }

    /// <summary>Every key that verifies, newest first.</summary>
    public IReadOnlyList<TokenKeyStatus> List()
    {
        var keys = Volatile.Read(ref _keys);
        return [.. keys.Stored.Select(key => new TokenKeyStatus(key.Id, key.CreatedAt, key.Id == keys.Tokens.Signing))];
    }

    /// <summary>Makes a new key; it signs after <see cref="SigningDelay"/>, older ones go on verifying.</summary>
    /// <returns>False when all 256 ids are taken by keys that still verify.</returns>
    /// <exception cref="IOException">Storage failed.</exception>
    public async Task<bool> Rotate(CancellationToken cancel)
    {
        var isAdded = await Add(_secrets, await _secrets.TokenKeysAsync(cancel), cancel);
        _ = await Refresh(cancel);
        return isAdded;
    }

    /// <summary>
    /// Removes a key, the last one not before another is there: its tokens are refused here at once, on other silos within
    /// <see cref="TokenKeyOptions.LookInterval"/>.
    /// </summary>
    /// <returns>False when there is no such key.</returns>
    /// <exception cref="IOException">Storage failed.</exception>
    public async Task<bool> Revoke(int id, CancellationToken cancel)
    {
        var stored = await _secrets.TokenKeysAsync(cancel);
        if (stored.All(key => key.Id != id))
        {
            return false;
        }

        if (stored.Count == 1)
        {
            _ = await Add(_secrets, stored, cancel);
        }

        _ = await _secrets.RemoveTokenKeyAsync(id, cancel);
        _ = await Refresh(cancel);
        return true;
    }

    async ValueTask<Decision?> ReadAfterLook(string token, CancellationToken cancel)
    {
        Task? look;
        lock (_turn)
        {
            if (_look is null or { IsCompleted: true } && (_lookedAt == 0 || _time.GetElapsedTime(_lookedAt) >= LookAgainAfter))
            {
                _lookedAt = Math.Max(1, _time.GetTimestamp());
                _look = Refresh(CancellationToken.None);
            }

            look = _look;
        }

        await (look ?? Task.CompletedTask).WaitAsync(cancel);
        return Current.Read(token);
    }

    static async Task<KeysAtOnce> Load(ISecretStore secrets, TokenKeyOptions options, TimeProvider time, CancellationToken cancel)
    {
        var stored = Newest(await secrets.TokenKeysAsync(cancel));
        var now = time.GetUtcNow();
        if (stored.Count == 0 || now - stored[0].CreatedAt > options.RotateAfter)
        {
            // Whether it was added here or on another silo: what is stored is what counts.
            _ = await Add(secrets, stored, cancel);
            stored = Newest(await secrets.TokenKeysAsync(cancel));
        }

        for (var at = stored.Count - 1; at > 0; at--)
        {
            // It has not signed since the next one did.
            if (now - stored[at - 1].CreatedAt > options.VerifyFor + SigningDelay + options.ClockSkew)
            {
                _ = await secrets.RemoveTokenKeyAsync(stored[at].Id, cancel);
                stored.RemoveAt(at);
            }
        }

        var tooShort = stored.Where(key => key.Key.Length < TokenKey.SecretBytes).Cast<StoredKey?>().FirstOrDefault();
        _ = stored.RemoveAll(key => key.Key.Length < TokenKey.SecretBytes);
        return stored.Count == 0
            ? throw new StorageRefusedException($"No stored token key has {TokenKey.SecretBytes} bytes.")
            : new KeysAtOnce(
                stored,
                new DecisionTokens([.. stored.Select(key => new TokenKey((byte)key.Id, key.Key))], (byte)Signing(stored, now).Id),
                tooShort);
    }

    /// <summary>The newest that every silo has had time to learn of; the oldest where there is none.</summary>
    static StoredKey Signing(List<StoredKey> newestFirst, DateTimeOffset now) =>
        newestFirst.FirstOrDefault(key => now - key.CreatedAt >= SigningDelay, newestFirst[^1]);

    static List<StoredKey> Newest(IReadOnlyList<(int Id, ReadOnlyMemory<byte> Key, DateTimeOffset CreatedAt)> stored) =>
        [.. stored.Select(key => new StoredKey(key.Id, key.Key, key.CreatedAt)).OrderByDescending(key => key.CreatedAt).ThenByDescending(key => key.Id)];

    static Task<bool> Add(
        ISecretStore secrets, IReadOnlyList<(int Id, ReadOnlyMemory<byte> Key, DateTimeOffset CreatedAt)> stored, CancellationToken cancel) =>
        Add(secrets, Newest(stored), cancel);

    static async Task<bool> Add(ISecretStore secrets, List<StoredKey> newestFirst, CancellationToken cancel)
    {
        var first = newestFirst.Count == 0 ? 1 : newestFirst[0].Id + 1;
        for (var step = 0; step < IdCount; step++)
        {
            var id = (first + step) & byte.MaxValue;
            if (newestFirst.All(key => key.Id != id))
            {
                // False means that another silo was first; either way there is a new key.
                _ = await secrets.TryAddTokenKeyAsync(id, RandomNumberGenerator.GetBytes(TokenKey.SecretBytes), cancel);
                return true;
            }
        }

        return false;
    }

    readonly record struct StoredKey(int Id, ReadOnlyMemory<byte> Key, DateTimeOffset CreatedAt);

    /// <summary>All keys of one look, newest first.</summary>
    sealed record KeysAtOnce(List<StoredKey> Stored, DecisionTokens Tokens, StoredKey? Short);
}
