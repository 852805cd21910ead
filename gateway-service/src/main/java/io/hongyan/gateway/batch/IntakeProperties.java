package io.hongyan.gateway.batch;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * Limits of {@code POST /v1/batches}.
 *
 * @param jsonBodyLimit largest JSON body; NDJSON and CSV bodies have no limit of their own
 * @param lineLimit longest NDJSON line or CSV record, in bytes
 * @param maxRecipients most recipients in a batch, refused ones included
 * @param maxConcurrent intakes larger than {@code rowBuffer} at once; each may hold a duplicate set
 *     of 48 MB while it grows, so the heap sets the bound
 * @param connections database connections of the intake; uploads with an {@code Idempotency-Key}
 *     hold one from their first byte. They come on top of {@code spring.datasource.hikari}
 * @param rowBuffer rows kept in memory before they are written; a batch that fits takes a
 *     connection only at its end, unless it has an {@code Idempotency-Key}
 * @param slotWait longest wait for a free slot or connection before 503
 * @param commitDoubt how long the fate of a commit is looked for whose connection broke
 * @param databaseTimeout longest wait for an answer of the database, so that one that hangs does
 *     not hold uploads for ever
 * @param keyLifetime how long an {@code Idempotency-Key} is remembered
 */
@Validated
@ConfigurationProperties("hongyan.intake")
record IntakeProperties(
    @DefaultValue("20MB") DataSize jsonBodyLimit,
    @DefaultValue("64KB") DataSize lineLimit,
    @DefaultValue("1000000") @Min(1) @Max(100_000_000) int maxRecipients,
    @DefaultValue("4") @Min(1) int maxConcurrent,
    @DefaultValue("16") @Min(2) int connections,
    @DefaultValue("256KB") DataSize rowBuffer,
    @DefaultValue("10s") Duration slotWait,
    @DefaultValue("10s") Duration commitDoubt,
    @DefaultValue("60s") @DurationMin(seconds = 1) Duration databaseTimeout,
    @DefaultValue("7d") @DurationMin(seconds = 1) Duration keyLifetime) {

  IntakeProperties {
    if (maxConcurrent >= connections) {
      throw new IllegalArgumentException(
          "hongyan.intake.max-concurrent (%d) must be below hongyan.intake.connections (%d), so that small batches find a connection"
              .formatted(maxConcurrent, connections));
    }
    if (lineLimit.toBytes() < 1024 || lineLimit.toBytes() > 16 << 20) {
      throw new IllegalArgumentException(
          "hongyan.intake.line-limit (%s) must be between 1KB and 16MB".formatted(lineLimit));
    }
    if (rowBuffer.toBytes() < 16 << 10 || rowBuffer.toBytes() > 64 << 20) {
      throw new IllegalArgumentException(
          "hongyan.intake.row-buffer (%s) must be between 16KB and 64MB".formatted(rowBuffer));
    }
  }

  int lineLimitBytes() {
    return Math.toIntExact(lineLimit.toBytes());
  }

  int rowBufferBytes() {
    return Math.toIntExact(rowBuffer.toBytes());
  }
}
