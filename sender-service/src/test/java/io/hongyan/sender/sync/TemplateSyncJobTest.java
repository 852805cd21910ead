package io.hongyan.sender.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.Mockito.doNothing;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import io.hongyan.sender.Samples;
import io.hongyan.sender.account.SenderAccount;
import io.hongyan.sender.account.SenderAccounts;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.DataIntegrityViolationException;

/** The nightly sync of all accounts' templates. */
class TemplateSyncJobTest {

  private final SenderAccount bad = Samples.account("bad", "wx1");
  private final SenderAccount good = Samples.account("good", "wx2");
  private final TemplateSync sync = mock();
  private final SenderAccounts accounts = mock();
  private final TemplateSyncJob job = new TemplateSyncJob(sync, accounts, SyncFixture.PROPERTIES);

  @BeforeEach
  void oneOfTwoAccountsCannotBeStored() throws Exception {
    when(accounts.all()).thenReturn(List.of(bad, good));
    when(sync.sync(bad)).thenThrow(new DataIntegrityViolationException("odd text"));
    when(sync.sync(good)).thenReturn(new TemplateSync.Report(1, List.of()));
  }

  @Test
  void oneAccountsTroubleStopsNoOther() throws Exception {
    assertThat(job.run(Instant.EPOCH)).contains("1 accounts synced", "not synced: bad");
  }

  @Test
  void aDatabaseThatIsAwayEndsTheRun() {
    doNothing().doThrow(new DataAccessResourceFailureException("away")).when(accounts).reload();

    assertThatThrownBy(() -> job.run(Instant.EPOCH))
        .isInstanceOf(DataAccessResourceFailureException.class);
  }
}
