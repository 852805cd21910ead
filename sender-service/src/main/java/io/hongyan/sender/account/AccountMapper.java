package io.hongyan.sender.account;

import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.List;
import org.apache.ibatis.annotations.Mapper;
import org.jspecify.annotations.Nullable;

/** Reads accounts; called every few seconds by {@link SenderAccounts}. */
@Mapper
interface AccountMapper {

  /** All accounts, disabled ones too. */
  List<AccountRow> findAll();

  /** A row of {@code account}; {@code appSecret} is encrypted. */
  record AccountRow(
      String id,
      String appId,
      byte[] appSecret,
      @Nullable Integer ratePerSecond,
      Integer maxInFlight,
      Boolean enabled,
      Boolean paused,
      @Nullable String gateReason,
      @Nullable OffsetDateTime gateUntil,
      @Nullable OffsetDateTime gateSince,
      @Nullable Integer slowedTo,
      @Nullable OffsetDateTime slowedAt,
      @Nullable LocalTime quietFrom,
      @Nullable LocalTime quietTo,
      @Nullable String quietZone) {}
}
