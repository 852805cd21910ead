package io.hongyan.sender.receipt;

import io.hongyan.common.callback.DeliveryReceipt;

/**
 * A stored receipt whose message is being looked for.
 *
 * @param looked looks before this one
 * @param settled whether it may be matched by its person already
 */
record OpenReceipt(DeliveryReceipt receipt, int looked, boolean settled) {}
