using CsCheck;
using Recs.Schema.Models;
using Xunit;

namespace Recs.Tests.Offline;

/// <summary>Model files on disk.</summary>
public sealed class ModelCodecTests
{
    static readonly ModelFile Model = Training.Model(TasteWorld.Create(200, 60, 4, 8, 1).Input()) with { Version = 0 };
    static readonly byte[] File = ModelCodec.Write(Model);

    [Fact]
    public void Reads_back_what_it_wrote()
    {
        var read = ModelCodec.Read(File, 12);
        Assert.Equal(12, read.Version);
        Assert.Equal(File, ModelCodec.Write(read));
        Assert.Equivalent(Model with { Version = 12 }, read, strict: true);
        Assert.Equal(File.Length, ModelCodec.Measure(Model));
    }

    [Fact]
    public void Refuses_a_file_with_any_bit_flipped() => Gen.Select(Gen.Int[0, File.Length - 1], Gen.Int[0, 7]).Sample((at, bit) =>
    {
        var damaged = File.ToArray();
        damaged[at] ^= (byte)(1 << bit);
        AssertRefused(damaged);
    });

    [Fact]
    public void Refuses_every_flipped_byte_of_the_head()
    {
        for (var at = 0; at < 128; at++)
        {
            var damaged = File.ToArray();
            damaged[at] ^= 0xFF;
            AssertRefused(damaged);
        }
    }

    [Fact]
    public void Refuses_a_file_cut_short_or_with_something_after_it() => Gen.Int[0, File.Length - 1].Sample(length =>
    {
        AssertRefused(File[..length]);
        AssertRefused([.. File, .. File[..(length % 9 + 1)]]);
    });

    [Fact]
    public void Refuses_what_is_something_else() => Gen.Byte.Array[0, 400].Sample(AssertRefused);

    [Fact]
    public void Does_not_write_arrays_that_do_not_fit()
    {
        Assert.Throws<ArgumentException>(() => ModelCodec.Write(Model with { Gram = [] }));
        Assert.Throws<ArgumentException>(() => ModelCodec.Write(Model with { ItemRows = [.. Model.ItemRows.Reverse()] }));
        Assert.Throws<ArgumentException>(() => ModelCodec.Write(Model with { EdgeStarts = [.. Model.EdgeStarts.Select(_ => 0)] }));
    }

    [Fact]
    public void A_manifest_survives_its_json()
    {
        var manifest = Training.Run(TasteWorld.Create(200, 60, 4, 8, 1).Input()).Manifest!;
        Assert.Equivalent(manifest, ModelJson.Read(ModelJson.Write(manifest)), strict: true);
        Assert.Throws<InvalidDataException>(() => ModelJson.Read("{"));
    }

    static void AssertRefused(byte[] file)
    {
        var fault = Assert.Throws<InvalidDataException>(() => ModelCodec.Read(file));
        Assert.DoesNotContain('\n', fault.Message);
    }
}
