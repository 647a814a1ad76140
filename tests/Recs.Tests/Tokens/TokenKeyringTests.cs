using System.Buffers.Text;
using System.Security.Cryptography;

using Microsoft.Extensions.Time.Testing;

using Recs.Grains.Hosting;
using Recs.Schema.Decisions;
using Recs.Storage;

using Xunit;

namespace Recs.Tests.Tokens;

/// <summary>Keys of decision tokens on two silos that share a store: length, rotation, revocation, expiry.</summary>
public sealed class TokenKeyringTests
{
    static readonly TokenKeyOptions Options = new() { RotateAfter = TimeSpan.FromDays(90), VerifyFor = TimeSpan.FromDays(2) };

    static readonly Decision Decision = new() { Nonce = 9, At = DateTimeOffset.UnixEpoch, Policy = 0, Graph = 1, Surface = "", Clusters = [], Items = [] };

    readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 1, 12, 0, 0, TimeSpan.Zero));
    readonly MemorySecrets _secrets;

    public TokenKeyringTests() => _secrets = new MemorySecrets(_time);

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0)]
    [InlineData(16)]
    [InlineData(31)]
    public async Task A_short_key_signs_nothing_verifies_nothing_and_stops_a_start(int length)
    {
        var secret = new byte[length];
        Assert.Throws<ArgumentException>(() => new TokenKey(3, secret));
        var running = await Open();
        var forged = Forged(running.Current.Write(Decision), 3, secret);

        _ = await _secrets.TryAddTokenKeyAsync(3, secret, Cancel);
        var refused = await Assert.ThrowsAsync<StorageRefusedException>(Open);
        Assert.Contains($"token key 3 has {length} bytes", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refused.Message);
        Assert.Equal(3, await running.Refresh(Cancel));
        Assert.Null(await running.ReadAsync(forged, Cancel));
        Assert.NotNull(await running.ReadAsync(running.Current.Write(Decision), Cancel));
    }

    [Fact]
    public async Task A_new_key_signs_after_all_know_it_and_the_old_one_verifies_until_its_decisions_take_no_feedback()
    {
        var (one, two) = (await Open(), await Open());
        var old = one.Current.Write(Decision);
        Assert.True(await one.Rotate(Cancel));
        Assert.Equal(1, one.Current.Signing);
        _time.Advance(TokenKeyring.SigningDelay);
        _ = await one.Refresh(Cancel);
        var young = one.Current.Write(Decision);
        Assert.Equal([(2, true), (1, false)], one.List().Select(key => (key.Id, key.Signs)));

        // The other silo has not looked yet: the token itself makes it look.
        Assert.False(two.Current.Knows(2));
        Assert.NotNull(await two.ReadAsync(young, Cancel));
        Assert.NotNull(await two.ReadAsync(old, Cancel));

        _time.Advance(Options.VerifyFor);
        _ = await two.Refresh(Cancel);
        Assert.NotNull(await two.ReadAsync(old, Cancel));
        _time.Advance(Options.ClockSkew + TokenKeyring.SigningDelay);
        _ = await two.Refresh(Cancel);
        Assert.Null(await two.ReadAsync(old, Cancel));
        Assert.NotNull(await two.ReadAsync(young, Cancel));
        Assert.Single(await _secrets.TokenKeysAsync(Cancel));
    }

    [Fact]
    public async Task Age_rotates_a_key_while_silos_run()
    {
        var (one, two) = (await Open(), await Open());
        _time.Advance(Options.RotateAfter + TimeSpan.FromSeconds(1));
        _ = await one.Refresh(Cancel);
        _ = await two.Refresh(Cancel);
        Assert.Equal([2, 1], two.List().Select(key => key.Id));
        _time.Advance(TokenKeyring.SigningDelay);
        _ = await two.Refresh(Cancel);
        Assert.Equal(2, two.Current.Signing);
    }

    [Fact]
    public async Task A_revoked_key_is_refused_here_at_once_and_elsewhere_after_its_next_look_also_when_it_was_the_only_one()
    {
        var (one, two) = (await Open(), await Open());
        var token = one.Current.Write(Decision);
        Assert.False(await one.Revoke(77, Cancel));
        Assert.True(await one.Revoke(1, Cancel));
        Assert.Null(await one.ReadAsync(token, Cancel));
        Assert.NotNull(await two.ReadAsync(token, Cancel));
        _ = await two.Refresh(Cancel);
        Assert.Null(await two.ReadAsync(token, Cancel));
        Assert.NotNull(await two.ReadAsync(one.Current.Write(Decision), Cancel));
        Assert.Equal((2, 2), (one.Current.Signing, two.Current.Signing));
    }

    [Fact]
    public async Task Ids_come_round_and_are_never_taken_twice()
    {
        var keys = await Open();
        for (var count = 1; count < 256; count++)
        {
            Assert.True(await keys.Rotate(Cancel));
            _time.Advance(TimeSpan.FromSeconds(10));
        }

        Assert.False(await keys.Rotate(Cancel));
        Assert.Equal(256, keys.List().Select(key => key.Id).Distinct().Count());
        Assert.True(await keys.Revoke(200, Cancel));
        Assert.True(await keys.Rotate(Cancel));
        Assert.Equal(200, keys.List()[0].Id);
    }

    [Fact]
    public async Task Tokens_of_unknown_keys_cost_the_store_one_look_at_a_time()
    {
        var keys = await Open();
        var before = _secrets.Reads;
        for (var guess = 0; guess < 200; guess++)
        {
            Assert.Null(await keys.ReadAsync(Forged(keys.Current.Write(Decision), (byte)(2 + guess), new byte[32]), Cancel));
        }

        Assert.Equal(1, _secrets.Reads - before);
        _time.Advance(TokenKeyring.LookAgainAfter);
        _secrets.IsAway = true;
        await Assert.ThrowsAsync<IOException>(() => keys.ReadAsync(Forged(keys.Current.Write(Decision), 9, new byte[32]), Cancel).AsTask());
        Assert.NotNull(await keys.ReadAsync(keys.Current.Write(Decision), Cancel));
        foreach (var nothing in (string[])["", "A", "AQ==", "!!!!!!", new string('A', DecisionTokens.CharsMax + 1)])
        {
            Assert.Null(await keys.ReadAsync(nothing, Cancel));
        }
    }

    Task<TokenKeyring> Open() => TokenKeyring.Open(_secrets, Options, _time, Cancel);

    /// <summary>A token as whoever knows a secret would sign it under a key's id.</summary>
    static string Forged(string token, byte id, byte[] secret)
    {
        var bytes = Base64Url.DecodeFromChars(token);
        bytes[1] = id;
        HMACSHA256.HashData(secret, bytes.AsSpan(..^16)).AsSpan(..16).CopyTo(bytes.AsSpan(^16));
        return Base64Url.EncodeToString(bytes);
    }
}
