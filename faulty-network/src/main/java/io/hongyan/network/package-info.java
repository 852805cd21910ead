/** Stands for the network between two programs, and misbehaves when told. */
@NullMarked
package io.hongyan.network;

import org.jspecify.annotations.NullMarked;
